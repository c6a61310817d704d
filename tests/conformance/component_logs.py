"""What the components saw: their printed lines, held against the recorded ones."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from .differences import differences

Json = dict[str, Any]

WAIT_SECONDS = 60.0
PAIR = re.compile(r"(\w+)[ =](\S+)")
# Made anew for each request by the original.
VOLATILE_CALL_HEADERS = {"Uber-Trace-Id"}


def feedback_lines(log: Path) -> list[str]:
    return [line for line in log.read_text(errors="replace").splitlines() if "FEEDBACK" in line]


def compare_feedback(recorded: list[str], log: Path) -> list[str]:
    """Recorded lines, whole or shortened by hand ("reward 0.5 truth [[20.]]"), against a component's log, in order."""
    ours = feedback_lines(log)
    if len(ours) != len(recorded):
        return [f"recorded {len(recorded)} calls {recorded}, ours {len(ours)} {ours}"]
    return [
        f"recorded {left!r}, ours {right!r}"
        for left, right in zip(recorded, ours, strict=True)
        if left != right and not _tells_the_same(left, right)
    ]


def _tells_the_same(short: str, line: str) -> bool:
    pairs = PAIR.findall(short)
    return bool(pairs) and all(f"{name}={value}" in line or f"{name}=array({value})" in line for name, value in pairs)


class CallReader:
    """Reads the requests that components of the kind of Spy.py print, one JSON object a line."""

    def __init__(self, logs: Mapping[str, Path]) -> None:
        self._logs = logs
        self._read = dict.fromkeys(logs, 0)

    def since_last(self, expected: int) -> list[Json]:
        """The calls since the last time, waiting for at least `expected` of them."""
        calls: list[Json] = []
        deadline = time.monotonic() + WAIT_SECONDS
        while True:
            for name, log in self._logs.items():
                lines = log.read_text().splitlines() if log.exists() else []
                for line in lines[self._read[name] :]:
                    call = _call(line)
                    if call is not None:
                        calls.append(call)
                self._read[name] = len(lines)
            if len(calls) >= expected or time.monotonic() > deadline:
                return calls
            time.sleep(0.01)


def _call(line: str) -> Json | None:
    try:
        call = json.loads(line)
    except ValueError:
        return None
    return call if isinstance(call, dict) and "unit" in call else None


def compare_calls(exchange: Json, ours: list[Json], as_recorded: Callable[[str], str]) -> list[str]:
    """Recorded callsToComponents against ours; the order of those that run at the same time does not count."""
    chosen = {name.lower() for name in exchange["request"]["headers"]}
    left = sorted((_comparable(call, chosen, str) for call in exchange["callsToComponents"]), key=_order)
    right = sorted((_comparable(call, chosen, as_recorded) for call in ours), key=_order)
    return differences(left, right, "callsToComponents")


def _comparable(call: Json, chosen: set[str], as_recorded: Callable[[str], str]) -> Json:
    headers = {}
    for name, value in call["headers"].items():
        new = name in VOLATILE_CALL_HEADERS or (name == "Seldon-Puid" and "seldon-puid" not in chosen)
        headers[name] = re.sub(r"[0-9a-f]", "x", value) if new else as_recorded(value)
    return {**{key: call[key] for key in ("unit", "method", "path", "body")}, "headers": headers}


def _order(call: Json) -> tuple[str, str]:
    return call["unit"], call["path"]
