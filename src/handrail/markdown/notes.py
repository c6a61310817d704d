"""What the rules of a page find wrong with its markup, before it is known which page it is."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from handrail.problems import Problem

_MARKUP = ("{{", "```", "~~~")


@dataclass(frozen=True, slots=True)
class Note:
    """A code, case and facts for the catalogue. `line` counts from 0."""

    code: str
    line: int
    case: str = ""
    facts: Mapping[str, str | int] = field(default_factory=dict)
    at: str = ""
    """What to look for on the line, for the column."""

    def problem(self, path: str, source: str, since: int = 0) -> Problem:
        """The problem on the page of this name. `source`: the line it stands on; `since`: from where on it to look."""
        column = _column(source, self.at, since)
        return Problem.of(self.code, path, self.line + 1, column, self.case, **self.facts)


def _column(source: str, wanted: str, since: int) -> int:
    """Where on the line: at what is wanted, else at the markup, else at its first character."""
    for part in (wanted, *_MARKUP):
        at = source.find(part, since) if part else -1
        if at >= 0:
            return at + 1
    return len(source) - len(source.lstrip()) + 1


def near(line: int, written: str, meant: str) -> Note:
    """The note on braces that are almost an action."""
    return Note("action-misspelt", line, "near", {"written": written, "meant": meant}, written)
