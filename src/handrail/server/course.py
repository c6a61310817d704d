"""The lessons that one server plays. Each has a session of its own; its routes are below its id."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from handrail.server import leaving
from handrail.server.course_scripts import CourseScripts
from handrail.server.errors import RequestError
from handrail.server.hub.reporter import Reporter
from handrail.server.lesson import Lesson
from handrail.server.open_lesson import OpenLesson
from handrail.server.player import Player
from handrail.server.upkeep import Upkeep
from handrail.server.watchers import Watchers

# A lesson that nobody looks at and in which nothing runs is closed after this time.
IDLE_LIMIT = 20 * 60.0  # seconds
LOOK_EVERY = 30.0  # seconds
CLOSED = "This lesson was closed because nobody had used it for {minutes} minutes. You are where you were."

Opener = Callable[[Lesson], Awaitable[OpenLesson]]


class Course:
    """Lessons by id. `open_lesson` makes one ready and starts it, or raises RequestError with what to do.

    `is_single`: one scenario that is played alone; there is no list, and it stays open. `shared`: the scripts for what
    the lessons make and share, where they may run; `clean_up` removes what all lessons have made, "" or why it did not.
    """

    def __init__(
        self, id: str, title: str, description: str, lessons: Iterable[Lesson], open_lesson: Opener, *, is_single: bool,
        idle_limit: float = IDLE_LIMIT, shared: CourseScripts | None = None,
        clean_up: Callable[[], Awaitable[str]] | None = None,
    ) -> None:  # fmt: skip
        self.id = id
        self.title = title
        self.description = description
        self.is_single = is_single
        self.lessons = {lesson.id: lesson for lesson in lessons}
        self.watchers = Watchers()
        self._open_lesson = open_lesson
        self._idle_limit = idle_limit
        self._clean_up = clean_up
        self.upkeep = Upkeep(shared, self)
        self.reporter: Reporter | None = None
        """Tells an instructor's board, where there is one."""
        self._open: dict[str, OpenLesson] = {}
        self._turns: dict[str, asyncio.Lock] = {}
        self._used: dict[str, float] = {}
        self.left_behind: list[str] = []
        """The clean-up scripts of lessons that were closed and have left something on this machine."""
        self._closed: set[str] = set()
        """Lessons that were closed for idleness and not entered since."""

    # Life

    async def serve(self) -> None:
        """Closes idle lessons and follows what they share, for ever."""
        await asyncio.gather(self._close_idle_ones(), self.upkeep.follow())

    async def _close_idle_ones(self) -> None:
        while not self.is_single:
            await asyncio.sleep(min(LOOK_EVERY, self._idle_limit))
            for lesson_id in await self._idle_ones():
                await self.close(lesson_id)
                self._closed.add(lesson_id)

    async def stop(self) -> None:
        """Closes every lesson."""
        await asyncio.gather(*(self.close(lesson_id) for lesson_id in list(self._open)))

    async def _idle_ones(self) -> list[str]:
        now, idle = time.monotonic(), []
        for lesson_id, lesson in list(self._open.items()):
            if await asyncio.to_thread(_is_in_use, lesson):
                self._used[lesson_id] = now
            elif now - self._used[lesson_id] >= self._idle_limit:
                idle.append(lesson_id)
        return idle

    # Lessons

    def lesson(self, lesson_id: str) -> Lesson:
        """The lesson of this id. Raises RequestError."""
        try:
            return self.lessons[lesson_id]
        except KeyError:
            raise RequestError(404, "There is no such lesson here. Choose one from the list of lessons.") from None

    def player(self, lesson_id: str) -> Player:
        """The player of an open lesson. Raises RequestError."""
        self.lesson(lesson_id)
        if lesson_id not in self._open:
            raise RequestError(409, "This lesson is not open. Load this page again to open it.", closed=True)
        return self._open[lesson_id].player

    @property
    def players(self) -> list[Player]:
        """Those of the open lessons."""
        return [lesson.player for lesson in self._open.values()]

    async def enter(self, lesson_id: str) -> None:
        """Opens a lesson unless it is open. Raises RequestError."""
        lesson = self.lesson(lesson_id)
        if self.upkeep.is_stopping:
            raise RequestError(409, "Everything is being stopped. Wait until that is done, then try again.")
        async with self._turn(lesson_id):
            if lesson_id in self._open:
                return
            self._open[lesson_id] = await self._open_lesson(lesson)
            self._open[lesson_id].player.lamp = self.upkeep.lamp_json
            if self.reporter is not None:
                self._open[lesson_id].player.board = self.reporter.as_json
            self._used[lesson_id] = time.monotonic()
        self.upkeep.notice = ""
        self.watchers.wake()
        if lesson_id in self._closed:
            self._closed.discard(lesson_id)
            minutes = round(self._idle_limit / 60)
            self._open[lesson_id].player.page_state.say(CLOSED.format(minutes=minutes))

    async def close(self, lesson_id: str) -> None:
        """Ends a lesson's terminals and scripts; what was reached stays."""
        async with self._turn(lesson_id):
            if opened := self._open.pop(lesson_id, None):
                await opened.stop()
                opened.player.page_state.watchers.end()
                if script := leaving.left_behind(opened.player.session):
                    self.left_behind.append(script)
                self.watchers.wake()

    async def stop_all(self) -> str:
        """Closes every lesson and removes what they have made on this machine. "" or why that did not work."""
        await self.stop()
        why = await self._clean_up() if self._clean_up is not None else ""
        if not why:
            self.left_behind.clear()
        return why

    def _turn(self, lesson_id: str) -> asyncio.Lock:
        return self._turns.setdefault(lesson_id, asyncio.Lock())

    # State

    def state(self) -> dict[str, Any]:
        """What the page needs to know before it enters a lesson, and the list of them. Reads files."""
        return {
            "id": self.id,
            "title": self.title,
            "description": self.description,
            "single": self.is_single,
            **self.upkeep.as_json(),
            "lessons": [
                {**lesson.wire(), "open": lesson.id in self._open, "closed": lesson.id in self._closed}
                for lesson in self.lessons.values()
            ],
        }


def _is_in_use(lesson: OpenLesson) -> bool:
    with contextlib.suppress(RuntimeError):  # a terminal was opened meanwhile
        return lesson.is_in_use
    return True
