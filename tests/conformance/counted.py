"""Answers that are drawn by lot: the share of each kind over many requests."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Callable
from typing import Any

from .exchanges import Answer

Json = dict[str, Any]

# Two samples of one distribution are further apart than this about once in 100000 times.
MAX_DEVIATION = 4.5
Kind = Callable[[Answer, Json], str]


def _first_value(answer: Answer, graph: Json) -> str:
    if answer.status != 200:
        return "status 0: "
    return str(json.loads(answer.body)["data"]["ndarray"][0][0])


def _child(answer: Answer, graph: Json) -> str:
    path = json.loads(answer.body)["meta"]["requestPath"]
    return next(chr(ord("a") + at) for at, child in enumerate(graph["children"]) if child["name"] in path)


def _routing(answer: Answer, graph: Json) -> str:
    return json.dumps(json.loads(answer.body)["meta"]["routing"], sort_keys=True)


# Beginning of a recorded key -> how an answer is told, and the `about` of the request (the first if there is no such).
KINDS: dict[str, tuple[Kind, str]] = {
    "routesOver": (_child, "prediction"),
    "answersCounted": (_first_value, "prediction"),
    "routingOver": (_routing, "route 1"),
}


def kind_of(key: str) -> tuple[Kind, str] | None:
    """How the answers under a recorded key are told; None for a key that counts nothing."""
    return next((kind for beginning, kind in KINDS.items() if key.startswith(beginning)), None)


def compare(
    key: str, recorded: dict[str, int], exchanges: list[Json], graph: Json, send: Callable[[Json], Answer]
) -> list[str]:
    """Send as many predictions as were recorded and compare the shares."""
    found = kind_of(key)
    assert found is not None
    kind, about = found
    exchange = next((one for one in exchanges if one["about"].startswith(about)), exchanges[0])
    total = sum(recorded.values())
    ours: Counter[str] = Counter(kind(send(exchange["request"]), graph) for _ in range(total))
    lines = []
    for name in sorted(recorded.keys() | ours.keys()):
        left, right = recorded.get(name, 0) / total, ours[name] / total
        middle = (left + right) / 2
        spread = math.sqrt(2 * middle * (1 - middle) / total)
        if abs(left - right) > MAX_DEVIATION * spread:
            lines.append(f"{name!r}: recorded {recorded.get(name, 0)} of {total}, ours {ours[name]}")
    return lines
