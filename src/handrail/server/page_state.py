"""What the page shows, as one JSON-able state that is pushed whole after each change."""

import secrets
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from handrail.server.watchers import Watchers
from handrail.session.check import tail
from handrail.session.progress import page_of
from handrail.terminal.command_statuses import Command

LAST_LINES = 4096  # bytes of a log in which its last line is looked for
LONGEST_LINE = 300  # characters


@dataclass
class BlockRun:
    """The last run of one block; `ended` as in `CommandResult`. `since`: when it began, in Unix time. `commands`: of a
    block of several, one of which failed. `stopping`: Ctrl-C has been pressed, and it has not ended yet."""

    state: Literal["running", "ended", "typed"]
    terminal: str
    ended: str | None = None
    status: int | None = None
    since: float = 0.0
    commands: tuple[Command, ...] = ()
    stopping: bool = False


@dataclass
class CheckRun:
    """The last check of one page. `since` is Unix time; `duration` in seconds; `quiet`: nobody asked for it;
    `parts`: the reason in pieces, a command with the id of the block that runs it; `verified`: what it has seen."""

    state: Literal["running", "passed", "failed"]
    since: float
    reason: str = ""
    hint: str = ""
    duration: float = 0.0
    quiet: bool = False
    parts: list[dict[str, str]] = field(default_factory=list)
    verified: tuple[str, ...] = ()


@dataclass
class Preparation:
    """How a page's background script is doing, the last line it printed to its log, and how it ended."""

    state: Literal["running", "done", "failed"]
    line: str = ""
    log: str = ""
    status: int = 0

    def follow(self) -> bool:
        """Reads the last line again; says whether it has changed."""
        lines = [line for line in tail(Path(self.log), LAST_LINES).splitlines() if line.strip()] if self.log else []
        line = lines[-1].strip()[:LONGEST_LINE] if lines else ""
        changed = line != self.line
        self.line = line
        return changed


@dataclass
class PageState:
    """Results and messages that the session does not keep itself."""

    epoch: str = field(default_factory=lambda: secrets.token_hex(8))
    """Names this life of the lesson: another one after a restart or a reset."""
    blocks: dict[str, BlockRun] = field(default_factory=dict)
    checks: dict[str, CheckRun] = field(default_factory=dict)
    preparations: dict[str, Preparation] = field(default_factory=dict)
    rechecking: set[str] = field(default_factory=set)
    """Pages that were passed before this start and whose check has not said so again yet."""
    forward: dict[str, str] | None = None
    notice: str = ""
    notices: int = 0
    """How many there have been: one that comes again after it was closed is shown again."""
    broken: str = ""
    auto_check: bool = False
    resetting: bool = False
    watchers: Watchers = field(default_factory=Watchers, repr=False)

    def changed(self) -> None:
        """Wakes everyone who shows the state."""
        self.watchers.wake()

    def say(self, notice: str) -> None:
        """Shows a sentence in place of the last one; "" takes it away."""
        self.notice = notice
        self.notices += bool(notice)
        self.changed()

    @property
    def is_watched(self) -> bool:
        """Whether any page shows the state now."""
        return bool(self.watchers)

    def clear(self) -> None:
        """Forgets every result: the lesson starts over, as another epoch."""
        self.epoch = secrets.token_hex(8)
        self.blocks.clear()
        self.checks.clear()
        self.preparations.clear()
        self.rechecking.clear()
        self.notice = ""

    def forget(self, page_id: str) -> None:
        """Forgets the results of one page: it begins anew, as another epoch."""
        self.epoch = secrets.token_hex(8)
        self.blocks = {block: run for block, run in self.blocks.items() if page_of(block) != page_id}
        for results in (self.checks, self.preparations):
            results.pop(page_id, None)
        self.changed()

    def as_json(self) -> dict[str, Any]:
        """The state's part of the state."""
        return {
            "epoch": self.epoch,
            "blocks": {name: asdict(run) for name, run in self.blocks.items()},
            "checks": {name: asdict(run) for name, run in self.checks.items()},
            "preparations": {page: asdict(each) for page, each in self.preparations.items()},
            "rechecking": sorted(self.rechecking),
            "forward": self.forward,
            "notice": self.notice,
            "notices": self.notices,
            "broken": self.broken,
            "autoCheck": self.auto_check,
            "resetting": self.resetting,
            "now": time.time(),
        }
