"""What can be wrong with a scenario: one problem, and the exception for a scenario that cannot be read at all."""

from dataclasses import dataclass
from typing import Literal

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


class ScenarioError(Exception):
    """The scenario cannot be used; `problem` says why and what to do. `str(error)` is that sentence."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem
