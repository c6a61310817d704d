"""Reports to the instructor's board where a learner is, once they have agreed; nothing before."""

import asyncio
import contextlib
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from handrail.atomic_write import write_atomically
from handrail.runtime.saved import load_object
from handrail.server.errors import RequestError
from handrail.server.hub.api import HubRefused, HubSilent
from handrail.server.player import Player

LOOK_EVERY = 1.0  # seconds
FILE = "board.json"

Send = Callable[[dict[str, Any]], Awaitable[None]]


@dataclass
class Times:
    """When things were first seen, in Unix time, by lesson and page; kept for this life of the server."""

    opened: dict[tuple[str, str], float] = field(default_factory=dict)
    passed: dict[tuple[str, str], float] = field(default_factory=dict)
    page: tuple[str, str] = ("", "")
    since: float = 0.0


class Reporter:
    """One learner's. `send` takes a report to the board; `folder` keeps whether the learner has agreed, and to what.
    `grades`: the board sends them to a learning platform."""

    def __init__(self, folder: Path, send: Send, grades: bool = False) -> None:
        self._file = folder / FILE
        self._send = send
        self._times = Times()
        self._help = 0.0
        self._grades = grades
        self.has_agreed = self._file.exists() and (not grades or bool(load_object(self._file).get("grades")))

    def as_json(self) -> dict[str, Any]:
        """For the page."""
        return {"agreed": self.has_agreed, "help": bool(self._help), "grades": self._grades}

    def agree(self) -> None:
        """From now on the board is told. Raises OSError."""
        write_atomically(self._file, json.dumps({"agreed": time.time(), "grades": self._grades}))
        self.has_agreed = True

    def ask_for_help(self, on: bool) -> None:
        """Raises the learner's hand, or lowers it. Raises RequestError."""
        if not self.has_agreed:
            raise RequestError(409, "Your instructor sees nothing of this lesson yet. Press Share above it first.")
        self._help = time.time() if on else 0.0

    async def follow(self, players: Callable[[], list[Player]]) -> None:
        """Tells the board of each change for ever; what it could not be told is told the next time."""
        told = None
        while True:
            await asyncio.sleep(LOOK_EVERY)
            open_ones = players()
            if not open_ones or not self.has_agreed:
                continue
            report = self.report(max(open_ones, key=lambda player: player.page_state.is_watched))
            if report != told:
                with contextlib.suppress(HubRefused, HubSilent):
                    await self._send(report)
                    told = report

    def report(self, player: Player) -> dict[str, Any]:
        """Where the learner is in this lesson, and how each check went."""
        session, state, now = player.session, player.page_state, time.time()
        lesson = session.scenario.title or session.scenario.name
        page, times = (lesson, session.progress.page or ""), self._times
        if page != times.page:
            times.page, times.since = page, now
        steps = []
        for each in player.pages.shown():
            if each.verify is None:
                continue
            key, check = (lesson, each.id), state.checks.get(each.id)
            if each.id in session.progress.opened:
                times.opened.setdefault(key, now)
            if each.id in session.progress.passed:
                times.passed.setdefault(key, now)
            is_failed = check is not None and check.state == "failed"
            steps.append(
                {
                    "id": each.id, "title": each.title, "opened": times.opened.get(key, 0.0),
                    "passed": times.passed.get(key, 0.0), "failed": check.since if check and is_failed else 0.0,
                    "reason": check.reason if check and is_failed else "",
                }
            )  # fmt: skip
        return {"lesson": lesson, "page": page[1], "since": times.since, "help": self._help, "steps": steps}
