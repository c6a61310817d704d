"""A session in handrail's own player, on loopback."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from handrail.scenario.lessons import ROOT_ID, Entry
from handrail.server import credentials
from handrail.server.course import Course
from handrail.server.lesson import Lesson
from handrail.server.open_lesson import OpenLesson
from handrail.server.player import Player
from handrail.server.preview.registry import Origins
from handrail.server.serve import Served, bind
from handrail.session.session import Session

_LANGUAGE = "en"


@asynccontextmanager
async def played(session: Session, *, can_skip: bool) -> AsyncIterator[str]:
    """Starts the session in a player, and ends both after the `with` block. Gives the address to open.

    can_skip: pages may be left without their check. Raises what the session's start raises.
    """
    address: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def make_course(origins: Origins) -> Course:
        scenario, folder = session.scenario, session.workspace.path
        player = Player(session, origins, can_skip=can_skip, watch=False)
        player.clicked_by = "runner"

        async def open_it(lesson: Lesson) -> OpenLesson:
            opened = OpenLesson(player, lambda: None, _LANGUAGE, None)  # the workspace is the run's own
            await opened.start()
            return opened

        lesson = Lesson(Entry(ROOT_ID, scenario.root, "."), _LANGUAGE, folder)
        title = scenario.title or scenario.name
        return Course(credentials.lesson(folder), title, "", [lesson], open_it, is_single=True)

    served = Served(bind(0, None), secrets.token_urlsafe(32), make_course, address.set_result, takes_signals=False)
    serving = asyncio.create_task(served.run())
    either: list[asyncio.Future[Any]] = [serving, address]
    try:
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        if not address.done():
            await serving  # raises why it did not begin
        yield await address
    finally:
        served.stop()
        await serving
