"""A progress bar on a terminal, for work that takes longer than a second."""

import time
from typing import TextIO

_PATIENCE = 1.0
_WIDTH = 30


class Progress:
    """`step` after each piece of work. Nothing is shown within the first second, or when `out` is no terminal."""

    def __init__(self, out: TextIO, total: int, what: str) -> None:
        self.out, self.total, self.what = out, total, what
        self._enabled = out.isatty()
        self._begun = self._shown = time.monotonic()
        self._drawn = False

    def step(self, done: int) -> None:
        now = time.monotonic()
        if not self._enabled or now - self._begun < _PATIENCE or now - self._shown < 0.1:
            return
        self._shown, self._drawn = now, True
        share = done / max(self.total, 1)
        filled = int(share * _WIDTH)
        left = (now - self._begun) / max(share, 1e-9) * (1 - share)
        bar = "█" * filled + "░" * (_WIDTH - filled)
        self.out.write(f"\r{bar} {done}/{self.total} {self.what}, {left:.0f} s left\033[K")
        self.out.flush()

    def clear(self) -> None:
        """Take the bar away, before other lines are printed or at the end."""
        if self._drawn:
            self.out.write("\r\033[K")
            self.out.flush()
            self._drawn = False
