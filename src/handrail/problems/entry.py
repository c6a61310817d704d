"""What the catalogue holds for each code: how bad it is and why, and the words for each case of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from string import Template
from typing import Literal

Severity = Literal["error", "warning", "info"]
Facts = Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class Text:
    """What is wrong and what to do, a sentence each; `$name` stands for the fact of that name, `$$` for a dollar."""

    message: str
    remedy: str
    severity: Severity | None = None
    """Where this case weighs otherwise than the rest of its code."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One code. `summary` is for lists; `why` says what a learner would lose, which decides the severity.

    error: something on the page cannot be done, or a check says what is not so. warning: a learner sees or gets
    something else than was meant, and can go on. info: a matter of taste, or of another platform.
    """

    code: str
    severity: Severity
    summary: str
    why: str
    texts: Mapping[str, Text]
    """By case; the only or the usual one is ""."""

    def severity_of(self, case: str) -> Severity:
        return self.texts[case].severity or self.severity

    def message(self, case: str, facts: Facts) -> str:
        return Template(self.texts[case].message).substitute(facts)

    def remedy(self, case: str, facts: Facts) -> str:
        return Template(self.texts[case].remedy).substitute(facts)


def entry(
    code: str, severity: Severity, summary: str, why: str, message: str = "", remedy: str = "", /, **cases: Text
) -> Entry:
    """An entry with the usual text, if there is one, and those of other cases."""
    texts = {"": Text(message, remedy)} if message else {}
    return Entry(code, severity, summary, why, {**texts, **cases})
