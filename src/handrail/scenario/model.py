"""A scenario as its author wrote it, in plain dataclasses; `reader.py` makes them."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from handrail.problems import Problem, ScenarioError
from handrail.scenario.safe_paths import UnsafePath, read_text, text_limit


@dataclass(frozen=True)
class Page:
    """One page. Paths are real, absolute and inside the scenario; None when absent or refused."""

    id: str
    """"intro", "step1", "step2" …, "finish"."""
    kind: Literal["intro", "step", "finish"]
    number: int
    """0 for the intro, 1 and up for steps, one more than the last step for the finish."""
    title: str
    text: Path | None
    foreground: Path | None
    background: Path | None
    verify: Path | None
    answer: Path | None
    hint: Path | None
    hidden: bool = False
    """Not shown (`hideintro`, `hidefinish`); its scripts run all the same."""
    credits: str = ""


@dataclass(frozen=True)
class Asset:
    """One entry of `details.assets.<host>`: `file` is a glob under assets/, or under the scenario when `carried`."""

    host: str
    file: str
    target: str
    chmod: str | None
    carried: bool = False
    keys: tuple[str | int, ...] = ()
    """Where the entry stands in the index."""


@dataclass(frozen=True)
class Dashboard:
    """An extra tab: a port of a host, or an address."""

    name: str
    port: int | None
    href: str | None
    host: str | None


@dataclass(frozen=True)
class TerminalTab:
    """A terminal opened at the start, on host `target`, with `command` typed into it."""

    name: str
    target: str | None
    command: str | None


@dataclass(frozen=True)
class Scenario:
    """A scenario as its author wrote it. `root` is absolute; `extra` is the "handrail" key."""

    root: Path
    index: Path
    name: str
    title: str
    description: str
    difficulty: str
    time: str
    kind: str | None
    """`type`: "challenge@1.0" and the like."""
    pages: tuple[Page, ...]
    assets: tuple[Asset, ...]
    imageid: str | None
    layout: str | None
    dashboards: tuple[Dashboard, ...]
    terminals: tuple[TerminalTab, ...]
    files: tuple[str, ...]
    """Editor tabs opened at the start, relative to `editor_root`; they may not exist yet."""
    editor_root: str
    port: int | None
    """`backend.port`: what the iframe or the dashboard shows."""
    url: str | None
    message: str
    """`environment.uimessage1`: banner of the terminal, with ANSI sequences."""
    extra: Mapping[str, Any]
    raw: Mapping[str, Any] = field(repr=False)
    problems: tuple[Problem, ...]

    @property
    def challenge(self) -> bool:
        """Its checks are polled until they pass, and a hint script gets the seconds since the task began."""
        return (self.kind or "").startswith("challenge")

    def page(self, page_id: str) -> Page:
        """The page with this id. Raises `KeyError`."""
        for page in self.pages:
            if page.id == page_id:
                return page
        raise KeyError(page_id)

    def read(self, path: Path) -> str:
        """The text of one of the scenario's files, without byte order mark. Raises `ScenarioError`."""
        reference = os.path.relpath(path, self.root)
        try:
            return read_text(self.root, reference, text_limit(reference)).content
        except UnsafePath as refusal:
            raise ScenarioError(refusal.problem(reference)) from None
