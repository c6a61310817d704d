"""The file that keeps what a terminal prints."""

from __future__ import annotations

import contextlib
from pathlib import Path

_LIMIT = 64 * 1024 * 1024


class TerminalLog:
    """Takes output up to 64 MiB, appended to `path`. A full disk costs the log its bytes, never the terminal."""

    def __init__(self, path: Path) -> None:
        # Without a buffer nothing is left that a later write or the end would have to fail for.
        self._file = path.open("ab", buffering=0)
        self._room = _LIMIT

    def write(self, data: bytes) -> None:
        """Keep these bytes, if there is room for them."""
        if self._room > 0:
            with contextlib.suppress(OSError):
                self._room -= self._file.write(data)

    def close(self) -> None:
        """Nothing more is kept."""
        self._file.close()
