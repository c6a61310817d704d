"""Work that goes on behind the page; what goes wrong with it becomes the page's notice."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from handrail.server.errors import FAILURES, sentence
from handrail.server.page_state import PageState


class Tasks:
    """The tasks of one player."""

    def __init__(self, state: PageState) -> None:
        self._state = state
        self._running: set[asyncio.Task[None]] = set()

    def spawn(self, work: Coroutine[Any, Any, Any], *, asked: bool = True) -> asyncio.Task[None]:
        """Runs something. `asked`: the learner wants it, so the notice of what they did before is over."""
        if asked:
            self._state.say("")
        task = asyncio.create_task(self.noticing(work))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    @property
    def is_busy(self) -> bool:
        """Whether any of them goes on."""
        return bool(self._running)

    async def noticing(self, work: Coroutine[Any, Any, Any]) -> None:
        """Awaits the work and tells of its failure."""
        try:
            await work
        except FAILURES as error:
            self._state.say(sentence(error))

    async def end(self) -> None:
        """Cancels all of them and waits for their end."""
        tasks = list(self._running)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
