"""How long things may take: the scenario's own limits, else one default each, for everyone who drives a session."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from handrail.terminal.ctrl_c import PRESS_FOR


@dataclass(frozen=True)
class Limits:
    """Seconds. block: for one block in all, unless the learner has clicked it. quiet: for such a block without any
    output. check: for one check. interrupt: for what Ctrl-C is to end. The index's `handrail.limits` sets them for a
    scenario, a directive before a block sets `timeout` for that block."""

    block: float = 1800.0
    quiet: float = 120.0
    check: float = 300.0
    interrupt: float = PRESS_FOR

    @classmethod
    def of(cls, extra: Mapping[str, Any]) -> Limits:
        """The scenario's own limits, the defaults where it says nothing."""
        given = extra.get("limits")
        names = {field.name for field in fields(cls)}
        numbers = {
            name: float(value)
            for name, value in (given.items() if isinstance(given, dict) else ())
            if name in names and isinstance(value, int | float) and value > 0
        }
        return cls(**numbers)
