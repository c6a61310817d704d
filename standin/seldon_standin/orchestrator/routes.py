"""The branch that a router's REST answer names."""

from __future__ import annotations

import json
from typing import Any, TypeGuard

from google.protobuf import json_format

from . import gojson, messages
from .graph import Node
from .rest_messages import RestCallFailed
from .walk import OriginalStops


def first_route(node: Node, body: bytes) -> int:
    """The branch in a router's answer: the first number of a SeldonMessage or of a bare JSON array.

    Raises RestCallFailed for anything unreadable, OriginalStops where the original panics.
    """
    try:
        value = gojson.loads(body)
    except ValueError as error:
        raise RestCallFailed(str(error)) from None
    routes = _routes_of(node, value.get("data")) if _is_message(value) else _bare_routes(value)
    if not routes:
        raise OriginalStops(f"router {node.name} answered with no branch")
    return routes[0]


def _is_message(value: object) -> TypeGuard[dict[str, Any]]:
    if not isinstance(value, dict):
        return False
    try:
        json_format.ParseDict(value, messages.new("SeldonMessage"))
    except json_format.ParseError:
        return False
    return True


def _bare_routes(value: object) -> list[int]:
    """A JSON array of whole numbers; null stands for 0. Anything else is refused in Go's words."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise RestCallFailed(f"json: cannot unmarshal {gojson.kind(value)} into Go value of type []int")
    for one in value:
        if isinstance(one, float):
            raise RestCallFailed(f"json: cannot unmarshal number {json.dumps(one)} into Go value of type int")
        if one is not None and (not isinstance(one, int) or isinstance(one, bool)):
            raise RestCallFailed(f"json: cannot unmarshal {gojson.kind(one)} into Go value of type int")
    return [one or 0 for one in value]


def _routes_of(node: Node, data: object) -> list[int]:
    if not isinstance(data, dict):
        raise OriginalStops(f"router {node.name} answered without data")
    if "ndarray" in data:
        return [_whole(node, row) for row in data["ndarray"]]
    if "tensor" in data:
        return [int(value) for value in data["tensor"].get("values") or ()]
    return [-1]


def _whole(node: Node, row: object) -> int:
    if isinstance(row, list):
        if not row:
            raise OriginalStops(f"router {node.name} answered with an empty row")
        row = row[0]
    return int(row) if isinstance(row, int | float) and not isinstance(row, bool) else 0
