"""Sends recorded requests and compares the answers with the recorded ones."""

from __future__ import annotations

import http.client
import json
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .differences import differences

Json = dict[str, Any]

# Added or left out by servers as they like; the recordings leave them out, too.
UNCOMPARED_HEADERS = {"date", "server", "content-length", "connection"}
# Of files that the wrapper's package holds: they tell when it was installed.
INSTALLATION_HEADERS = ("last-modified", "etag")
OWN_ERROR = re.compile(r'\{"status":\{"code":500,"info":".*","status":"FAILURE"\}\}', re.DOTALL)
TOLERANCE = 1e-9  # of numbers, relative: another machine may compute the last digits otherwise
TIMEOUT = 90.0


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: str


class CannotSend(Exception):
    """The recording does not say what the request was."""


def body_of(request: Json) -> bytes | None:
    """The request's body; large ones are recorded in words, such as `[…] x 50000`. Raises CannotSend."""
    if request.get("body") is not None:
        return str(request["body"]).encode()
    if "bodyAbout" not in request:
        return None
    about = request["bodyAbout"]
    match = re.search(r"^(?P<before>.*?)(?P<row>\[[^][]*\]) x (?P<count>\d+)(?P<after>\S*)", about)
    size = re.search(r"\((\d+) bytes\)", about)
    if match is None:
        raise CannotSend(f"the body is only described: {about}")
    rows = ",".join([match["row"]] * int(match["count"]))
    body = json.dumps(json.loads(match["before"] + rows + match["after"])).encode()
    if size is not None and len(body) != int(size[1]):
        raise CannotSend(f"the described body should have {size[1]} bytes, ours has {len(body)}")
    return body


def send(port: int, request: Json) -> Answer:
    """One request on a fresh connection, with the recorded headers and no others but Host and Content-Length."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
    try:
        connection.putrequest(request["method"], request["path"], skip_accept_encoding=True)
        body = body_of(request)
        for name, value in request["headers"].items():
            connection.putheader(name, value)
        if body is not None:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        response = connection.getresponse()
        text = response.read().decode("utf-8", "replace")
        return Answer(response.status, dict(response.getheaders()), text)
    finally:
        connection.close()


def compare(exchange: Json, ours: Answer, as_recorded: Callable[[str], str]) -> list[str]:
    """Where our answer differs from the recorded one, a line each."""
    recorded = exchange["response"]
    body = as_recorded(ours.body)
    if recorded["status"] is None:
        return _compare_closed(ours, body)
    lines = []
    if recorded["status"] != ours.status:
        lines.append(f"status: recorded {recorded['status']}, ours {ours.status} {body[:200]}")
    lines += _compare_headers(recorded["headers"], ours.headers, exchange.get("volatileHeaders", []))
    if exchange.get("bodyVaries"):
        return lines
    volatile = exchange.get("volatile", [])
    truncated = recorded.get("bodyTruncatedFrom")
    if truncated is not None:
        if len(body.encode()) != truncated:
            lines.append(f"body: recorded {truncated} bytes, ours {len(body.encode())}")
        if not close(recorded["body"], body[: len(recorded["body"])]):
            lines.append("body: begins otherwise")
    elif volatile:
        value = recorded["json"] if recorded.get("json") is not None else _parse(recorded["body"])
        lines += differences(without(value, volatile), without(_parse(body), volatile), "body")
    elif not close(recorded["body"], body):
        if "json" in recorded and (found := differences(recorded["json"], _parse(body), "body")):
            lines += found
        else:
            lines.append(f"body: recorded {recorded['body'][:300]!r}, ours {body[:300]!r}")
    return lines


def _compare_closed(ours: Answer, body: str) -> list[str]:
    """Where the original closes the connection, ours is an error of the orchestrator's own form."""
    if ours.status == 500 and OWN_ERROR.fullmatch(body):
        return []
    return [f"the original closes the connection; ours is {ours.status} {body[:200]}"]


def _compare_headers(recorded: dict[str, str], ours: dict[str, str], volatile: list[str]) -> list[str]:
    left = {name.lower(): value for name, value in recorded.items()}
    right = {name.lower(): value for name, value in ours.items()}
    for name in (*INSTALLATION_HEADERS, *map(str.lower, volatile)):
        for side in (left, right):
            if name in side:
                side[name] = "<volatile>"
    for side in (left, right):
        if "allow" in side:  # the wrapper lists the methods in any order
            side["allow"] = ", ".join(sorted(side["allow"].split(", ")))
    for name in UNCOMPARED_HEADERS:
        left.pop(name, None)
        right.pop(name, None)
    return differences(left, right, "headers")


def _parse(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")


def close(recorded: str, ours: str) -> bool:
    """Equal texts, numbers with a fraction compared with TOLERANCE."""
    if recorded == ours:
        return True
    if NUMBER.sub("#", recorded) != NUMBER.sub("#", ours):
        return False
    pairs = zip(NUMBER.findall(recorded), NUMBER.findall(ours), strict=True)
    return all(
        left == right or ("." in left and "." in right and math.isclose(float(left), float(right), rel_tol=TOLERANCE))
        for left, right in pairs
    )


def without(value: Any, pointers: list[str]) -> Any:
    """A copy of a JSON value without what the pointers lead to."""
    value = json.loads(json.dumps(value))
    for pointer in pointers:
        parts = [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]
        here = value
        for part in parts[:-1]:
            if isinstance(here, dict) and part in here:
                here = here[part]
            elif isinstance(here, list) and part.isdigit() and int(part) < len(here):
                here = here[int(part)]
            else:
                here = None
                break
        if isinstance(here, dict) and parts:
            here.pop(parts[-1], None)
        elif isinstance(here, list) and parts and parts[-1].isdigit() and int(parts[-1]) < len(here):
            here[int(parts[-1])] = None
    return value


def nearly(recorded: Any, ours: Any, tolerance: float) -> bool:
    """Equal JSON values, their fractions within a relative tolerance; an integer is no fraction."""
    if isinstance(recorded, dict) and isinstance(ours, dict):
        return recorded.keys() == ours.keys() and all(nearly(recorded[key], ours[key], tolerance) for key in recorded)
    if isinstance(recorded, list) and isinstance(ours, list):
        return len(recorded) == len(ours) and all(
            nearly(left, right, tolerance) for left, right in zip(recorded, ours, strict=True)
        )
    if isinstance(recorded, float) and isinstance(ours, float):
        return math.isclose(recorded, ours, rel_tol=tolerance)
    return type(recorded) is type(ours) and bool(recorded == ours)
