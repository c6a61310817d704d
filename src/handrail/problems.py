"""What can be wrong with a scenario: one problem, many of them, and the exception for what cannot be read at all."""

from dataclasses import dataclass
from typing import Literal

from handrail.errors import HandrailError

Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding. `path` is relative to the scenario; `line` and `column` count from 1."""

    code: str
    severity: Severity
    path: str
    line: int
    column: int
    message: str
    remedy: str

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}:{self.column}: " if self.path else ""
        remedy = f" {self.remedy}" if self.remedy else ""
        return f"{place}{self.message}{remedy}"


class ScenarioError(HandrailError):
    """The scenario cannot be used; `problem` says why and what to do. `str(error)` is that sentence."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


class CappedProblems:
    """Problems, but of one kind in one file no more than anybody would mend one by one; the rest are counted."""

    MOST = 1000

    def __init__(self) -> None:
        self._kept: list[Problem] = []
        self._counts: dict[tuple[str, str], int] = {}
        self._more: dict[tuple[str, str], int] = {}

    def room(self, code: str, path: str, line: int) -> bool:
        """Count a problem; is it to be made and added?"""
        key = (code, path)
        count = self._counts[key] = self._counts.get(key, 0) + 1
        if count > self.MOST:
            self._more.setdefault(key, line)
        return count <= self.MOST

    def add(self, problem: Problem) -> None:
        """Take a problem for which there is room."""
        self._kept.append(problem)

    def problems(self) -> list[Problem]:
        """Those taken and, for each kind of which there were more, how many more."""
        return self._kept + [self._rest(*key, line) for key, line in self._more.items()]

    def _rest(self, code: str, path: str, line: int) -> Problem:
        first = next(problem for problem in self._kept if (problem.code, problem.path) == (code, path))
        more = self._counts[code, path] - self.MOST
        message = f"{more:,} more of this kind follow in this file."
        return Problem(code, first.severity, path, line, 1, message, first.remedy)
