"""Lines for people, in colour where it is wanted, and one line at the end that is drawn over and over."""

from __future__ import annotations

import time
from typing import TextIO

# Without a terminal, a sign of life as often as this (seconds).
STILL_EVERY = 30.0


class Drawing:
    """Writes to `stream`. `width`: characters of a line that is drawn over."""

    def __init__(self, stream: TextIO, *, colour: bool, width: int) -> None:
        self._stream, self._colour, self._width = stream, colour, width
        self._drawn = False
        self._said = time.monotonic()

    def _draw(self, text: str) -> None:
        """Draw over the last line, which the next `_erase` takes away."""
        self._stream.write("\r\x1b[K" + text[: self._width - 1])
        self._drawn = True

    def _still(self, text: str) -> None:
        """Draw what goes on, or without a terminal say at times that something does."""
        if self._stream.isatty():
            self._draw(text)
        elif time.monotonic() - self._said >= STILL_EVERY:
            self._said = time.monotonic()
            self._line(text)
        self._stream.flush()

    def _erase(self) -> None:
        if self._drawn:
            self._stream.write("\r\x1b[K")
            self._drawn = False

    def _line(self, text: str) -> None:
        self._stream.write(text + "\n")

    def _paint(self, code: str, text: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self._colour else text
