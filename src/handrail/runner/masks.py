"""What differs from one run to the next although a learner sees the same: times, ids, ages, ports, durations."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from handrail.errors import HandrailError

_CLOCK = r"\d{1,2}:\d\d(?::\d\d)?(?:[.,]\d+)?(?: ?[AP]M)?"
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*"
_UNIT = r"(?:[nuµm]s|secs?|seconds?|mins?|minutes?|hours?|days?|weeks?|[smhd])"

DEFAULTS: tuple[tuple[str, str, str], ...] = (
    ("time", "2026-03-04T05:06:07Z", rf"\d{{4}}-\d\d-\d\d[T ]{_CLOCK}(?:Z| ?[+-]\d\d:?\d\d| UTC)?"),
    ("time", "Wed Mar 4 05:06:07 UTC 2026", rf"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? +)?(?:{_MONTH} +\d{{1,2}}|"
     rf"\d{{1,2}} {_MONTH}),?(?: +\d{{4}})?(?: +{_CLOCK}(?: [A-Z]{{3,4}})?)?(?: +\d{{4}})?\b"),
    ("time", "2026-03-04", r"\b\d{4}-\d\d-\d\d\b"),
    ("time", "05:06:07", r"\b\d{1,2}:\d\d:\d\d(?:[.,]\d+)?(?: ?[AP]M)?\b"),
    ("id", "123e4567-e89b-12d3-a456-426614174000", r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"),
    ("id", "web-5d4f8c7b9d-x2v7k", r"(?<=[a-z0-9]-)[0-9a-f]{8,10}-[a-z0-9]{5}\b"),
    ("id", "sha256:9f86d081884c", r"\b(?:sha\d+:)?(?=[0-9a-f]*\d)[0-9a-f]{12,128}\b"),
    ("id", "3f2a91c", r"\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{7,11}\b"),
    ("id", "[1] 4711", r"(?<=^\[\d\] )\d+$"),
    ("id", "pid 4711", r"(?<=\bpid[ =:])\d+\b|(?<=\bPID[ =:])\d+\b"),
    ("id", "/tmp/tmp.Xa81kQ0Zl2", r"(?<=/tmp/)(?:tmp[.\w]*)"),
    ("port", "127.0.0.1:43121", r"(?<=:)(?:3[2-9]\d{3}|[45]\d{4}|6[0-5]\d{3})\b"),
    ("port", "port 43121", r"(?<=\bport[ =])\d{5}\b"),
    ("duration", "2m13s", rf"(?<![\w.])(?:\d+(?:\.\d+)? ?{_UNIT})(?:(?: |, )?\d+(?:\.\d+)?{_UNIT})*\b(?!/)"),
)  # fmt: skip
"""Name, an example, the regular expression; in the order in which they are applied, line by line."""


class BadMask(HandrailError):
    """A mask of the index is no regular expression; the text says which."""


@dataclass(frozen=True)
class Masks:
    """places: texts that stand for what differs (`~` for the home folder), by what is seen. patterns: name and
    regular expression of the author's own, then of the defaults."""

    places: Mapping[str, str]
    patterns: tuple[tuple[str, re.Pattern[str]], ...]

    @classmethod
    def of(cls, given: Any, places: Mapping[str, str]) -> Masks:
        """given: `handrail.output.masks` of the index: names and regular expressions. Raises BadMask."""
        own = given.items() if isinstance(given, dict) else ()
        patterns = []
        for name, expression in (*own, *((name, expression) for name, _, expression in DEFAULTS)):
            try:
                patterns.append((str(name), re.compile(str(expression))))
            except re.error as error:
                raise BadMask(
                    f'The mask {name} in the index is no regular expression ({error}): mend it in "handrail": '
                    '{"output": {"masks": …}}.'
                ) from None
        return cls(places, tuple(patterns))

    def apply(self, text: str) -> str:
        """The text with `<time>`, `<id>` and so on in the place of what differs."""
        for seen, instead in self.places.items():
            text = text.replace(seen, instead)
        return "\n".join(self._line(line) for line in text.split("\n"))

    def _line(self, line: str) -> str:
        for name, pattern in self.patterns:
            line = pattern.sub(f"<{name}>", line)
        return line
