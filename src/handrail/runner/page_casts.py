"""What the terminals have printed since a page was opened, so that a page that fails can be watched."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import deque
from pathlib import Path

from handrail.session import asciicast
from handrail.session.events import Subscription, TerminalOpened
from handrail.session.session import Session
from handrail.terminal.terminal import Terminal

# Of a page that prints more, the end is kept (bytes).
_MOST = 1 << 20
_TURNS = 100


class _Kept:
    """The output of one terminal, with the time of each piece."""

    def __init__(self, terminal: Terminal) -> None:
        self.terminal = terminal
        self.pieces: deque[tuple[float, bytes]] = deque()
        self.seen = 0
        self._size = 0

    def add(self, data: bytes) -> None:
        self.pieces.append((time.monotonic(), data))
        self._size += len(data)
        while self._size > _MOST and len(self.pieces) > 1:
            self._size -= len(self.pieces.popleft()[1])

    def begin(self) -> None:
        """Forget what is above the prompt."""
        prompt = b"".join(data for _, data in self.pieces).rpartition(b"\n")[2]
        self.pieces.clear()
        self._size = 0
        self.add(prompt)


class PageCasts:
    """Follows the terminals of a session; `begin` a page, and `write` its recordings when it fails."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._kept: dict[str, _Kept] = {}
        self._following = asyncio.create_task(self._follow(session.subscribe()))

    def begin(self) -> None:
        """A page is opened."""
        for each in self._kept.values():
            each.begin()

    async def write(self, page_id: str) -> dict[str, Path]:
        """Write a recording of each terminal that has printed something since the page was opened, among the run's
        logs. The files by the terminals' names; none where the disk is full."""
        written = {}
        for name, kept in self._kept.items():
            for _ in range(_TURNS):
                if kept.seen == kept.terminal.seq:
                    break
                await asyncio.sleep(0)  # what was printed last is on its way
            if any(data for _, data in kept.pieces):
                path = self._session.workspace.logs / f"failed-{page_id}-{name}.cast"
                began = kept.pieces[0][0]
                title = f"{self._session.scenario.title}: {self._session.scenario.page(page_id).title}"
                pieces = [(at - began, data) for at, data in kept.pieces]
                with contextlib.suppress(OSError):
                    asciicast.write(path, kept.terminal.columns, kept.terminal.lines, title, pieces)
                    written[name] = path
        return written

    async def end(self) -> None:
        """Wait until nothing is followed any more; call it when the session is closed."""
        await self._following

    async def _follow(self, events: Subscription) -> None:
        async with asyncio.TaskGroup() as terminals:
            async for event in events:
                if isinstance(event, TerminalOpened) and event.terminal in self._session.terminals:
                    kept = self._kept[event.terminal] = _Kept(self._session.terminals[event.terminal])
                    terminals.create_task(self._keep(kept))

    async def _keep(self, kept: _Kept) -> None:
        attachment, received = kept.terminal.attach(0), 0
        async for first, data in attachment:
            received += len(data)
            attachment.ack(received)
            kept.seen = first + len(data)
            kept.add(data)
