"""The master end of a PTY on an asyncio loop: bytes in by callback, bytes out by a queue, reading that can pause."""

from __future__ import annotations

import asyncio
import errno
import os
from collections.abc import Callable

_READ_BYTES = 64 * 1024


class PtyStream:
    """Reads `master` from now on, up to 64 KiB at a time, into `received`; `close` closes it."""

    def __init__(self, loop: asyncio.AbstractEventLoop, master: int, received: Callable[[bytes], None]) -> None:
        self.master = master
        self.reading = False
        self._loop, self._received = loop, received
        self._pending = bytearray()
        self.resume()

    def send(self, data: bytes) -> None:
        """Write now what the PTY takes, the rest when it takes more. Dropped when the other end is gone."""
        if not self._pending:
            try:
                data = data[os.write(self.master, data) :]
            except BlockingIOError:
                pass
            except OSError:
                return
        if data:
            self._pending += data
            self._loop.add_writer(self.master, self._writable)

    def forget(self) -> None:
        """Drop what is queued."""
        self._pending.clear()

    def pause(self) -> None:
        """Stop reading: what the programs print stays in the PTY, and when that is full they wait."""
        if self.reading:
            self._loop.remove_reader(self.master)
            self.reading = False

    def resume(self) -> None:
        """Read on."""
        if not self.reading:
            self._loop.add_reader(self.master, self._readable)
            self.reading = True

    def close(self) -> None:
        """Take what is left in the PTY (unless reading is paused), then close it."""
        while self.reading and self._readable():
            pass
        self.pause()
        self._loop.remove_writer(self.master)
        os.close(self.master)

    def _readable(self) -> int:
        chunks: list[bytes] = []
        size = 0
        while size < _READ_BYTES:
            try:
                data = os.read(self.master, _READ_BYTES)
            except BlockingIOError:
                break
            except OSError as error:
                if error.errno != errno.EIO:
                    raise
                data = b""
            if not data:
                self.pause()  # every process has closed the terminal
                break
            chunks.append(data)
            size += len(data)
        if chunks:
            self._received(chunks[0] if len(chunks) == 1 else b"".join(chunks))
        return size

    def _writable(self) -> None:
        try:
            del self._pending[: os.write(self.master, self._pending)]
        except BlockingIOError:
            return
        except OSError:
            self._pending.clear()
        if not self._pending:
            self._loop.remove_writer(self.master)
