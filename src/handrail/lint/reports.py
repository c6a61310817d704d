"""Problems as text: for people, as JSON lines, as GitHub annotations."""

import json
from typing import Protocol, TextIO

from handrail.problems import Problem
from handrail.workflow_commands import Kind, annotation

_COLOURS = {"error": "\033[31m", "warning": "\033[33m", "info": "\033[36m"}
_FIELDS = ("code", "severity", "path", "line", "column", "message", "remedy")
_DIM, _BOLD, _PLAIN = "\033[2m", "\033[1m", "\033[0m"


class Report(Protocol):
    """Takes problems as they are found. `end` is called once."""

    def problem(self, problem: Problem) -> None: ...
    def end(self, scenarios: int) -> None: ...


class Counter:
    """How many problems of each severity."""

    def __init__(self) -> None:
        self.counts = {"error": 0, "warning": 0, "info": 0}

    def add(self, problem: Problem) -> None:
        self.counts[problem.severity] += 1

    def sentence(self, scenarios: int) -> str:
        found = [
            f"{count} {name}{'s' if count != 1 and name != 'info' else ''}"
            for name, count in self.counts.items()
            if count
        ]
        number = f"{scenarios} scenario{'s' if scenarios != 1 else ''}"
        return f"{number}: {', '.join(found) if found else 'no problems'}."


class Pretty:
    """One paragraph per problem: place, code, what, and what to do."""

    def __init__(self, out: TextIO, colour: bool) -> None:
        self.out, self.colour = out, colour
        self.counter = Counter()

    def problem(self, problem: Problem) -> None:
        self.counter.add(problem)
        place = self._paint(_BOLD, f"{problem.path}:{problem.line}:{problem.column}")
        severity = self._paint(_COLOURS[problem.severity], problem.severity)
        code = self._paint(_DIM, f"[{problem.code}]")
        self.out.write(f"{place}: {severity}: {problem.message} {code}\n    {problem.remedy}\n")

    def end(self, scenarios: int) -> None:
        self.out.write(self.counter.sentence(scenarios) + "\n")

    def _paint(self, colour: str, text: str) -> str:
        return f"{colour}{text}{_PLAIN}" if self.colour else text


class JsonLines:
    """One object per problem and line: code, severity, path, line, column, message, remedy."""

    def __init__(self, out: TextIO) -> None:
        self.out = out

    def problem(self, problem: Problem) -> None:
        self.out.write(json.dumps({name: getattr(problem, name) for name in _FIELDS}, ensure_ascii=False) + "\n")

    def end(self, scenarios: int) -> None:
        pass


class GitHub:
    """Workflow commands that GitHub shows beside the changed lines."""

    def __init__(self, out: TextIO) -> None:
        self.out = out

    def problem(self, problem: Problem) -> None:
        kind: Kind = "notice" if problem.severity == "info" else problem.severity
        text, title = f"{problem.message} {problem.remedy}", f"handrail {problem.code}"
        line = annotation(kind, text, title=title, file=problem.path, line=problem.line, column=problem.column)
        self.out.write(line + "\n")

    def end(self, scenarios: int) -> None:
        pass
