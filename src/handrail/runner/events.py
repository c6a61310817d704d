"""What a run tells its reports: each report is a function of these, so that all of them tell the same story."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from handrail.runner.plan import Item
from handrail.scenario.reader import Page

Outcome = Literal["passed", "typed", "failed", "skipped", "interrupted"]
"""typed: into a program that runs, so nobody knows how it ended."""


@dataclass(frozen=True)
class Result:
    """How one item ended. reason: why it failed or was skipped; output: its last lines; log: where all of it is;
    recording: an asciicast of what the terminal showed since its page was opened, when it failed; picture: what the
    browser showed then."""

    outcome: Outcome
    duration: float
    status: int | None = None
    reason: str = ""
    output: str = ""
    log: str = ""
    recording: str = ""
    picture: str = ""


@dataclass(frozen=True)
class RunPlanned:
    """The first event: what will be done, in order. workspace, logs: folders."""

    scenario: str
    title: str
    workspace: str
    logs: str
    items: tuple[Item, ...]


@dataclass(frozen=True)
class PageStarted:
    """A page is opened."""

    page: Page


@dataclass(frozen=True)
class PageEnded:
    """All items of the page are done, or one failed; `duration` in seconds. picture: what the browser shows of a page
    that is done, "" without one."""

    page: Page
    duration: float
    picture: str = ""


@dataclass(frozen=True)
class ItemStarted:
    """An item of the plan begins."""

    item: Item


@dataclass(frozen=True)
class ItemEnded:
    """How the item ended."""

    item: Item
    result: Result


@dataclass(frozen=True)
class Noted:
    """A warning that fails nothing."""

    message: str


@dataclass(frozen=True)
class RunEnded:
    """The last event. passed, typed, failed, skipped: how many items; not_run: ids of those that the run did not come
    to; notes: the warnings; duration: seconds."""

    ok: bool
    interrupted: bool
    duration: float
    not_run: tuple[str, ...]
    notes: tuple[str, ...]
    logs: str
    passed: int
    typed: int
    failed: int
    skipped: int


Event = RunPlanned | PageStarted | PageEnded | ItemStarted | ItemEnded | Noted | RunEnded
