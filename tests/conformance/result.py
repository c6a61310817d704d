"""The outcome of one comparison with a recording."""

from __future__ import annotations

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
