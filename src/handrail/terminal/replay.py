"""What a terminal has printed, for those who watch it: a bounded past and live attachments.

Bytes are numbered from 0 at the terminal's first byte. An attachment gets the past that is still there, then
what follows, each piece with the number of its first byte, and says how much it has consumed; the terminal
stops reading when the slowest attachment is too far behind.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

REPLAY_BYTES = 256 * 1024
PAUSE_ABOVE = 512 * 1024
RESUME_BELOW = 128 * 1024
# One piece handed to a watcher: large enough to be cheap, small enough that an interrupt is felt at once.
PIECE_BYTES = 64 * 1024


class Attachment:
    """One watcher of a terminal: iterate for (number of the first byte, bytes), acknowledge, detach."""

    def __init__(self, start: int, changed: Callable[[], None], detached: Callable[[Attachment], None]) -> None:
        self.start = start
        self._next = start
        self._queue: deque[bytes] = deque()
        self._queued = 0
        self._acknowledged = start
        self._ready = asyncio.Event()
        self._closed = False
        self._changed = changed
        self._detached = detached

    @property
    def outstanding(self) -> int:
        """Bytes handed over or waiting that have not been acknowledged."""
        return self._next + self._queued - self._acknowledged

    def ack(self, total_bytes: int) -> None:
        """The watcher has consumed `total_bytes` since it attached, replayed bytes included."""
        consumed = min(self.start + total_bytes, self._next)
        if consumed > self._acknowledged:
            self._acknowledged = consumed
            self._changed()

    def detach(self) -> None:
        """Stop watching; the iteration ends after what is queued."""
        if not self._closed:
            self._detached(self)
            self.close()

    def put(self, data: bytes) -> None:
        self._queue.append(data)
        self._queued += len(data)
        self._ready.set()

    def close(self) -> None:
        self._closed = True
        self._ready.set()

    def __aiter__(self) -> Attachment:
        return self

    async def __anext__(self) -> tuple[int, bytes]:
        while not self._queue:
            if self._closed:
                raise StopAsyncIteration
            self._ready.clear()
            await self._ready.wait()
        pieces = [self._queue.popleft()]
        size = len(pieces[0])
        while self._queue and size + len(self._queue[0]) <= PIECE_BYTES:
            pieces.append(self._queue.popleft())
            size += len(pieces[-1])
        first = self._next
        self._next += size
        self._queued -= size
        return first, pieces[0] if len(pieces) == 1 else b"".join(pieces)


class Replay:
    """The last 256 KiB that a terminal printed, and everyone who watches it."""

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        self._chunks: deque[bytes] = deque()
        self._held = 0
        self.end = 0
        self._attachments: list[Attachment] = []

    @property
    def start(self) -> int:
        """Number of the oldest byte that is still there."""
        return self.end - self._held

    @property
    def outstanding(self) -> int:
        """Unacknowledged bytes of the slowest attachment; 0 when nobody watches."""
        return max((each.outstanding for each in self._attachments), default=0)

    def append(self, data: bytes) -> None:
        self.end += len(data)
        self._held += len(data)
        self._chunks.append(data)
        while self._held - len(self._chunks[0]) >= REPLAY_BYTES:
            self._held -= len(self._chunks.popleft())
        for each in self._attachments:
            each.put(data)

    def attach(self, from_seq: int | None) -> Attachment:
        """Watch from byte `from_seq` (None: all that is left); older bytes that are gone are left out."""
        start = self.start if from_seq is None else min(max(from_seq, self.start), self.end)
        attachment = Attachment(start, self._changed, self._remove)
        past = b"".join(self._chunks)[start - self.start :]
        if past:
            attachment.put(past)
        self._attachments.append(attachment)
        return attachment

    def close(self) -> None:
        """End every attachment's iteration."""
        for each in list(self._attachments):
            each.detach()

    def text(self, from_seq: int = 0) -> bytes:
        """What is left of the output from byte `from_seq` on."""
        return b"".join(self._chunks)[max(0, from_seq - self.start) :]

    def _remove(self, attachment: Attachment) -> None:
        self._attachments.remove(attachment)
        self._changed()
