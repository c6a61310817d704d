"""Pages that show a state: woken by its changes, and the reason to look at what changes by itself."""

import asyncio
from collections.abc import AsyncIterator

# Changes that come together go out together.
TOGETHER = 0.02  # seconds


class Watchers:
    """Those of one state."""

    def __init__(self) -> None:
        self._woken: set[asyncio.Event] = set()
        self._any = asyncio.Event()
        self._has_ended = False

    def end(self) -> None:
        """There is no state any more: those who follow it are let go."""
        self._has_ended = True
        self.wake()

    def wake(self) -> None:
        """The state has changed."""
        for woken in self._woken:
            woken.set()

    async def changes(self) -> AsyncIterator[None]:
        """Yields at once and after each change or bundle of changes, until the end."""
        woken = asyncio.Event()
        self._woken.add(woken)
        self._any.set()
        try:
            while not self._has_ended:
                woken.clear()
                yield
                await woken.wait()
                await asyncio.sleep(TOGETHER)
        finally:
            self._woken.discard(woken)
            if not self._woken:
                self._any.clear()

    async def present(self) -> None:
        """Waits until there is one: what is done for its eyes alone costs nothing before."""
        await self._any.wait()

    def __bool__(self) -> bool:
        return bool(self._woken)
