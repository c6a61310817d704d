"""What the lessons of a course share on this machine: whether it runs, and the end of all of it."""

from __future__ import annotations

import asyncio
import time
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from handrail.server.course_scripts import CourseScripts, Lamp
from handrail.server.errors import FAILURES, sentence

if TYPE_CHECKING:
    from handrail.server.course import Course

# The script may be dear: it runs at most so often, and at most this share of the time.
STATUS_EVERY = 15.0  # seconds
STATUS_SHARE = 0.05
UNTIL_WATCHED = 2.0  # seconds between looks whether anybody watches
DONE = "Everything is stopped. A lesson that you open again checks anew what you had passed."


class Upkeep:
    """That of one course."""

    def __init__(self, shared: CourseScripts | None, course: Course) -> None:
        self.is_stopping = False
        self.notice = ""
        self._shared = shared
        self._course = course
        self._lamp: Lamp | None = None
        self._stopping: asyncio.Task[None] | None = None

    def lamp_json(self) -> dict[str, Any] | None:
        """Whether what the lessons share runs, for the page; None when that is not known."""
        return asdict(self._lamp) if self._lamp else None

    def as_json(self) -> dict[str, Any]:
        """Its part of the course's state. `removes`: the script that Stop all runs, "" for each lesson's own."""
        removes = self._shared.named("cleanup") if self._shared else ""
        return {
            "lamp": self.lamp_json(), "stopping": self.is_stopping, "said": self.notice, "removes": removes
        }  # fmt: skip

    async def follow(self) -> None:
        """Looks while a page is watched, for ever."""
        while self._shared is not None and self._shared.named("status"):
            if self.is_stopping or not self._is_watched():
                await asyncio.sleep(UNTIL_WATCHED)
                continue
            began = time.monotonic()
            await self._look()
            await asyncio.sleep(max(STATUS_EVERY, (time.monotonic() - began) / STATUS_SHARE))

    async def _look(self) -> None:
        assert self._shared is not None
        before = self._lamp
        try:
            self._lamp = await self._shared.status()
        except FAILURES as error:
            self._lamp = Lamp(False, sentence(error))
        if self._lamp != before:
            self._wake()

    def start_stopping(self) -> None:
        """Begins to stop all."""
        if self.is_stopping:
            return
        self.is_stopping, self.notice = True, ""
        self._wake()
        self._stopping = asyncio.create_task(self._stop())

    async def _stop(self) -> None:
        try:
            self.notice = await self._course.stop_all() or DONE
        except FAILURES as error:
            self.notice = sentence(error)
        finally:
            self.is_stopping, self._lamp = False, None
            self._wake()

    def _is_watched(self) -> bool:
        return bool(self._course.watchers) or any(each.page_state.is_watched for each in self._course.players)

    def _wake(self) -> None:
        self._course.watchers.wake()
        for player in self._course.players:
            player.page_state.changed()
