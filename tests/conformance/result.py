"""The outcome of one comparison with a recording."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Result:
    """`case` is the recording's file stem, `key` its part (objects, status, cases…), `item` what in it was compared."""

    case: str
    key: str
    item: str
    outcome: Literal["agreed", "differs", "skipped"]
    detail: str = ""


def counts(results: Iterable[Result]) -> dict[str, dict[str, int]]:
    """How many comparisons each key of a recording led to, by outcome: {"exchanges": {"agreed": 3}}."""
    found: dict[str, Counter[str]] = {}
    for result in results:
        found.setdefault(result.key, Counter())[result.outcome] += 1
    return {key: dict(sorted(by_outcome.items())) for key, by_outcome in sorted(found.items())}
