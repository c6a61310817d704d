"""Work by key: each key at most once in the queue and at most once in work; failures come back later and later."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

log = logging.getLogger("operator.queue")

Key = TypeVar("Key", bound=Hashable)

FIRST_DELAY, LAST_DELAY = 0.25, 60.0


class Again(Exception):
    """Raised by work that must be repeated soon though nothing is wrong, such as after a conflict."""


class WorkQueue(Generic[Key]):
    """Feed it with `add`; `run` works until cancelled."""

    def __init__(self, work: Callable[[Key], Awaitable[None]], *, workers: int = 4) -> None:
        self._work = work
        self._workers = workers
        self._queue: asyncio.Queue[Key] = asyncio.Queue()
        self._waiting: set[Key] = set()
        self._busy: set[Key] = set()
        self._failures: dict[Key, int] = {}
        self._timers: dict[Key, asyncio.TimerHandle] = {}

    def add(self, key: Key) -> None:
        if timer := self._timers.pop(key, None):
            timer.cancel()
        if key in self._waiting:
            return
        self._waiting.add(key)
        if key not in self._busy:
            self._queue.put_nowait(key)

    async def run(self) -> None:
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(self._workers):
                    group.create_task(self._worker())
        finally:
            for timer in self._timers.values():
                timer.cancel()

    async def _worker(self) -> None:
        while True:
            key = await self._queue.get()
            self._waiting.discard(key)
            self._busy.add(key)
            try:
                await self._work(key)
                self._failures.pop(key, None)
            except Again:
                self._later(key, FIRST_DELAY)
            except Exception as error:
                times = self._failures[key] = self._failures.get(key, 0) + 1
                delay = min(FIRST_DELAY * 2**times, LAST_DELAY)
                log.warning("%s: %s; again in %.1f s", key, error or type(error).__name__, delay)
                self._later(key, delay)
            finally:
                self._busy.discard(key)
                if key in self._waiting:
                    self._queue.put_nowait(key)

    def _later(self, key: Key, delay: float) -> None:
        if key not in self._waiting and key not in self._timers:
            self._timers[key] = asyncio.get_running_loop().call_later(delay, self._due, key)

    def _due(self, key: Key) -> None:
        self._timers.pop(key, None)
        self.add(key)
