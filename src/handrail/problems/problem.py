"""One problem, many of them, and the exception for what cannot be read at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from handrail.errors import HandrailError

if TYPE_CHECKING:
    from handrail.problems.entry import Entry, Severity

Facts = tuple[tuple[str, str | int], ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding. `path` is relative to the scenario; `line` and `column` count from 1.

    `case` chooses among the texts that the catalogue has for the code, and `facts` fill them in; what wants to know
    more of a problem than its code asks for these, never for its words.
    """

    code: str
    severity: Severity
    path: str
    line: int
    column: int
    case: str = ""
    facts: Facts = ()
    more: int = 0
    """Above 0, this stands for so many more problems like it in the same file."""

    @classmethod
    def of(
        cls, code: str, path: str = "", line: int = 1, column: int = 1, /, case: str = "", **facts: str | int
    ) -> Problem:
        """The problem with the severity that the catalogue gives it."""
        return cls(code, entry_of(code).severity_of(case), path, line, column, case, tuple(facts.items()))

    @property
    def message(self) -> str:
        """What is wrong, in a sentence."""
        if self.more:
            return f"{self.more:,} more of this kind follow in this file."
        return entry_of(self.code).message(self.case, dict(self.facts))

    @property
    def remedy(self) -> str:
        """What to do about it, in a sentence."""
        return entry_of(self.code).remedy(self.case, dict(self.facts))

    def fact(self, name: str) -> str | int | None:
        """What the rule found out under this name; None when it did not say."""
        return dict(self.facts).get(name)

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}:{self.column}: " if self.path else ""
        return f"{place}{self.message} {self.remedy}"


def entry_of(code: str) -> Entry:
    """What the catalogue says of a code. It is imported with the first problem, for most scenarios have none."""
    from handrail.problems.catalogue import CATALOGUE

    return CATALOGUE[code]


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
        return Problem(code, first.severity, path, line, 1, first.case, first.facts, more)
