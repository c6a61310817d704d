"""What the page shows, as one JSON-able state that is pushed whole after each change."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

# Changes that come together go out together.
TOGETHER = 0.02  # seconds


@dataclass
class BlockRun:
    """The last run of one block."""

    state: Literal["running", "ended", "typed"]
    terminal: str
    ended: str | None = None
    status: int | None = None


@dataclass
class CheckRun:
    """The last check of one page. `since` is Unix time; `duration` in seconds; `quiet` when nobody asked for it."""

    state: Literal["running", "passed", "failed", "error"]
    since: float
    reason: str = ""
    hint: str = ""
    duration: float = 0.0
    quiet: bool = False


@dataclass
class Preparation:
    """How the background script is doing, and the last line it printed."""

    state: Literal["none", "running", "done", "failed"] = "none"
    line: str = ""


@dataclass
class Board:
    """Results and messages that the session does not keep itself."""

    epoch: str
    blocks: dict[str, BlockRun] = field(default_factory=dict)
    checks: dict[str, CheckRun] = field(default_factory=dict)
    preparation: Preparation = field(default_factory=Preparation)
    forward: dict[str, str] | None = None
    notice: str = ""
    broken: str = ""
    auto_check: bool = False
    resetting: bool = False
    _watchers: set[asyncio.Event] = field(default_factory=set, repr=False)

    def changed(self) -> None:
        """Wakes everyone who shows the board."""
        for watcher in self._watchers:
            watcher.set()

    async def changes(self) -> AsyncIterator[None]:
        """Yields at once and after each change or bundle of changes."""
        watcher = asyncio.Event()
        self._watchers.add(watcher)
        try:
            while True:
                watcher.clear()
                yield
                await watcher.wait()
                await asyncio.sleep(TOGETHER)
        finally:
            self._watchers.discard(watcher)

    def clear(self) -> None:
        """Forgets every result: the lesson starts over."""
        self.blocks.clear()
        self.checks.clear()
        self.preparation = Preparation()
        self.notice = ""

    def as_json(self) -> dict[str, Any]:
        """The board's part of the state."""
        return {
            "epoch": self.epoch,
            "blocks": {name: asdict(run) for name, run in self.blocks.items()},
            "checks": {name: asdict(run) for name, run in self.checks.items()},
            "preparation": asdict(self.preparation),
            "forward": self.forward,
            "notice": self.notice,
            "broken": self.broken,
            "autoCheck": self.auto_check,
            "resetting": self.resetting,
            "now": time.time(),
        }
