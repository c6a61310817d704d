"""One line of what `handrail doctor` says."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """What was looked at, whether it is well (None: a lesson may do without), what was found, what to do."""

    subject: str
    well: bool | None
    found: str
    remedy: str = ""
