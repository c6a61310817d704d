"""A recording of a terminal as asciicast (version 2), to be played by asciinema.

https://docs.asciinema.org/manual/asciicast/v2/
"""

from __future__ import annotations

import codecs
import json
import time
from collections.abc import Iterable
from pathlib import Path
from typing import TextIO

from handrail.terminal.terminal import Terminal


class Cast:
    """Writes what a terminal prints to `path`, with the time of each piece."""

    def __init__(self, path: Path, columns: int, lines: int, title: str) -> None:
        """Raises OSError when `path` cannot be written: before the recording rather than after it."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._stream: TextIO = path.open("w", encoding="utf-8")
        self._began = time.monotonic()
        self._size = (columns, lines)
        self._stream.write(_header(columns, lines, time.time(), title))

    async def record(self, terminal: Terminal) -> None:
        """Record from the terminal's first byte until it is closed."""
        attachment, decoder, received = terminal.attach(0), codecs.getincrementaldecoder("utf-8")("replace"), 0
        try:
            async for _, data in attachment:
                received += len(data)
                attachment.ack(received)
                if self._size != (size := (terminal.columns, terminal.lines)):
                    self._size = size
                    self._write("r", f"{size[0]}x{size[1]}")
                self._write("o", decoder.decode(data))
        finally:
            attachment.detach()
            self._stream.close()

    def mark(self, label: str) -> None:
        """A marker, at which a player can stop and to which it can jump. Ignored after the end."""
        if not self._stream.closed:
            self._write("m", label)

    def _write(self, kind: str, text: str) -> None:
        self._stream.write(_event(time.monotonic() - self._began, kind, text))


def write(path: Path, columns: int, lines: int, title: str, pieces: Iterable[tuple[float, bytes]]) -> None:
    """Write a whole recording: pieces of output, each with the seconds from the first one on. Raises OSError."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    with path.open("w", encoding="utf-8") as stream:
        stream.write(_header(columns, lines, time.time(), title))
        stream.writelines(_event(seconds, "o", decoder.decode(data)) for seconds, data in pieces)


def _header(columns: int, lines: int, timestamp: float, title: str) -> str:
    facts = {"version": 2, "width": columns, "height": lines, "timestamp": int(timestamp), "title": title}
    return json.dumps(facts) + "\n"


def _event(seconds: float, kind: str, text: str) -> str:
    return json.dumps([round(seconds, 6), kind, text]) + "\n"
