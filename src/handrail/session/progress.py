"""How far a learner is: saved in the workspace after each change, read again after a restart."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

_FORMAT = 1


def page_of(block_id: str) -> str:
    """The page that a block is on, or whose solution it is in."""
    return block_id.rpartition("-")[0].removesuffix("-answer")


@dataclass
class Progress:
    """page: where the learner is. opened: pages whose scripts have been started. finished: pages whose background
    script ended well. passed: pages whose check passed. answers: right answers by quiz id. ran: exit status of the
    last run of each block, when it ended by itself. started: whether anything has been run that the scenario's
    clean-up would remove. begun: names this beginning, for there is another one after "Start over"."""

    page: str | None = None
    opened: set[str] = field(default_factory=set)
    finished: set[str] = field(default_factory=set)
    passed: set[str] = field(default_factory=set)
    answers: dict[str, list[str]] = field(default_factory=dict)
    ran: dict[str, int] = field(default_factory=dict)
    started: bool = False
    begun: str = field(default_factory=lambda: secrets.token_hex(4))

    def keep_run(self, block_id: str, status: int | None) -> None:
        """The block ended with this exit status; None: it runs, or its end is unknown."""
        self.ran.pop(block_id, None)
        if status is not None:
            self.ran[block_id] = status

    def forget(self, page_id: str, quizzes: Iterable[str]) -> None:
        """The page was never opened, and nothing was done on it. `quizzes`: the ids of its questions."""
        for pages in (self.opened, self.finished, self.passed):
            pages.discard(page_id)
        for quiz in quizzes:
            self.answers.pop(quiz, None)
        self.ran = {block: status for block, status in self.ran.items() if page_of(block) != page_id}

    def to_json(self) -> dict[str, Any]:
        """As it is saved."""
        return {
            "format": _FORMAT,
            "page": self.page,
            "opened": sorted(self.opened),
            "finished": sorted(self.finished),
            "passed": sorted(self.passed),
            "answers": self.answers,
            "ran": self.ran,
            "started": self.started,
            "begun": self.begun,
        }

    @classmethod
    def from_json(cls, saved: Mapping[str, Any]) -> Progress:
        """What was saved; the beginning when it is of another format or damaged."""
        if saved.get("format") != _FORMAT:
            return cls()
        try:
            return cls(
                page=None if saved["page"] is None else str(saved["page"]),
                opened=set(map(str, saved["opened"])),
                finished=set(map(str, saved["finished"])),
                passed=set(map(str, saved["passed"])),
                answers={str(quiz): [str(each) for each in given] for quiz, given in saved["answers"].items()},
                ran={str(block): int(status) for block, status in saved.get("ran", {}).items()},
                started=bool(saved["started"]),
                begun=str(saved.get("begun") or secrets.token_hex(4)),
            )
        except (KeyError, TypeError, ValueError, AttributeError):
            return cls()
