"""What a program has asked of the terminal, as far as it tells how the program reads: by keys or by lines.

Pagers and editors switch to the alternate screen or the keypad's application mode (DECSET 1049, DECCKM), readline
asks for bracketed pastes (2004); `more` does neither and shows its own prompt.
"""

from __future__ import annotations

import re

_MODES = {b"1049": "alternate", b"1047": "alternate", b"47": "alternate", b"1": "keypad", b"2004": "pastes"}
_SWITCH = re.compile(rb"\x1b\[\?(1049|1047|47|1|2004)([hl])")
# The longest of them, cut before its last byte.
_CUT = 8
_LAST = 256
_ESCAPES = re.compile(rb"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[=>]")
_PROMPT = re.compile(rb"[$#%>] ?$")


class ScreenModes:
    """Fed with what the terminal prints."""

    def __init__(self) -> None:
        self._on: set[str] = set()
        self._last = b""

    def feed(self, data: bytes) -> None:
        """Note what is switched on and off in these bytes."""
        cut = self._last[-_CUT:]
        if b"\x1b[?" in cut + data[:_CUT] or b"\x1b[?" in data:
            for mode, switch in _SWITCH.findall(cut + data):
                (self._on.add if switch == b"h" else self._on.discard)(_MODES[mode])
        self._last = (self._last + data)[-_LAST:] if len(data) < _LAST else data[-_LAST:]

    def reset(self) -> None:
        """The shell is back: what a program that was killed has left on counts no more."""
        self._on -= {"alternate", "keypad"}

    @property
    def takes_keys(self) -> bool:
        """Whether a pager or an editor is shown."""
        is_full_screen = "alternate" in self._on or ("keypad" in self._on and "pastes" not in self._on)
        return is_full_screen or b"--More--" in self._line

    @property
    def takes_pastes(self) -> bool:
        """Whether a program reads lines by readline or its like."""
        return "pastes" in self._on

    @property
    def shows_prompt(self) -> bool:
        """Whether the last line ends like the prompt of a REPL or of a shell, rather than in a question."""
        return _PROMPT.search(self._line) is not None

    @property
    def shows_shell(self) -> bool:
        """Whether the last line ends like a shell's prompt."""
        return self._line.rstrip().endswith((b"$", b"#"))

    @property
    def _line(self) -> bytes:
        """The last line, without escape sequences."""
        return _ESCAPES.sub(b"", self._last).rpartition(b"\n")[2].rpartition(b"\r")[2]
