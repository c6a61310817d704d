"""A lesson of a course: what the list of lessons says of it, whether or not it is open."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from handrail.runtime.saved import saved_progress
from handrail.runtime.workspace import default_path
from handrail.scenario.lessons import Entry
from handrail.scenario.reader import INDEX_NAMES, Scenario, ScenarioError, load
from handrail.server.language import localised
from handrail.session.progress import Progress

Standing = Literal["new", "begun", "done", "broken", "gone"]


@dataclass(frozen=True)
class Summary:
    """What the list shows. `passed` of `checks` have passed; `last`: when it was played last, in Unix time, 0 for
    never; `reason`: why it is broken or gone."""

    title: str
    description: str
    time: str = ""
    difficulty: str = ""
    standing: Standing = "new"
    passed: int = 0
    checks: int = 0
    last: float = 0.0
    reason: str = ""


class Lesson:
    """An entry of the course with its scenario, read again after each change, and its workspace.

    `workspace`: that; None for where it is when it is played alone.
    """

    def __init__(self, entry: Entry, language: str, workspace: Path | None) -> None:
        self.entry = entry
        self.id = entry.id
        self.language = language
        self._workspace = workspace
        self._read: tuple[object, Scenario] | None = None

    def scenario(self) -> Scenario:
        """The scenario as it stands on the disk. Raises ScenarioError."""
        stamp = self._stamp()
        if self._read is None or self._read[0] != stamp:
            self._read = (stamp, localised(load(self.entry.folder), self.language))
        return self._read[1]

    def workspace_path(self, scenario: Scenario) -> Path:
        """Where the lesson's workspace is."""
        return self._workspace or default_path(scenario)

    @property
    def has_started(self) -> bool:
        """Whether anything has been run that a clean-up would remove. False for one that cannot be read."""
        try:
            return Progress.from_json(saved_progress(self.workspace_path(self.scenario()))[0]).started
        except ScenarioError:
            return False

    def summary(self) -> Summary:
        """What the list shows of it now."""
        entry = self.entry
        try:
            scenario = self.scenario()
        except ScenarioError as error:
            standing: Standing = "broken" if entry.folder.is_dir() else "gone"
            return Summary(entry.title or entry.path, entry.description, standing=standing, reason=str(error))
        saved, last = saved_progress(self.workspace_path(scenario))
        progress = Progress.from_json(saved)
        checks = [page.id for page in scenario.pages if page.verify is not None]
        return Summary(
            entry.title or scenario.title or scenario.name, entry.description or scenario.description, scenario.time,
            scenario.difficulty, _standing(scenario, progress), len(progress.passed.intersection(checks)), len(checks),
            last if progress.page else 0.0,
        )  # fmt: skip

    def wire(self) -> dict[str, Any]:
        """The summary for the page."""
        now = self.summary()
        return {
            "id": self.id, "group": self.entry.group, "path": self.entry.path, "title": now.title,
            "description": now.description, "time": now.time, "difficulty": now.difficulty, "standing": now.standing,
            "passed": now.passed, "checks": now.checks, "last": now.last, "reason": now.reason,
        }  # fmt: skip

    def _stamp(self) -> object:
        for name in INDEX_NAMES:
            try:
                found = os.stat(self.entry.folder / name)
            except OSError:
                continue
            return (name, found.st_mtime_ns, found.st_size, found.st_ino)
        return None


def _standing(scenario: Scenario, progress: Progress) -> Standing:
    """Done: every check has passed, and the last page was seen."""
    if progress.page is None:
        return "new"
    shown = [page.id for page in scenario.pages if not page.hidden]
    is_passed = all(page.id in progress.passed for page in scenario.pages if page.verify is not None)
    return "done" if is_passed and shown and shown[-1] in progress.opened else "begun"
