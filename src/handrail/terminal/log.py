"""The file that keeps what a terminal prints, and what of it is shown again after a restart."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path

_LIMIT = 64 * 1024 * 1024
_EARLIER_BYTES = 128 * 1024
_OTHER_SCREEN = re.compile(rb"\x1b\[\?(?:1049|1047|47)([hl])")
# What a program that was killed may have left behind: a hidden cursor, margins, mouse reports, keypad modes, colours.
_MODES = (1, 9, 1000, 1002, 1003, 1004, 1006, 2004)
_AS_AT_THE_START = b"\x1b[!p\x1b>" + b"".join(b"\x1b[?%dl" % mode for mode in _MODES) + b"\x1b[0m"
_EARLIER = (
    b"\r\n\x1b[2m--- the text above is from before the restart ---\r\n"
    b"--- this is a new shell; what ran in the old one has ended ---\x1b[0m\r\n"
)


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


def earlier_output(log: Path) -> bytes:
    """The end of what a terminal printed in a former run, from a line's beginning on, and a line that says so.

    The terminal is left as a new one: on the first screen, in no mode that a program has asked for. b"" when there
    is nothing.
    """
    try:
        with log.open("rb") as stream:
            size = stream.seek(0, 2)
            stream.seek(max(0, size - _EARLIER_BYTES))
            printed = stream.read()
    except OSError:
        return b""
    if size > _EARLIER_BYTES:
        printed = printed.partition(b"\n")[2]
    if not printed.strip():
        return b""
    screens = _OTHER_SCREEN.findall(printed)
    back = b"\x1b[?1049l" if screens and screens[-1] == b"h" else b""
    return printed + back + _AS_AT_THE_START + _EARLIER
