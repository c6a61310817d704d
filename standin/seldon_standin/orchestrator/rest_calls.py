"""How a REST request reaches the components: paths, forwarded headers, errors, client metrics."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from time import perf_counter
from typing import Any, TypeGuard

from google.protobuf import json_format

from . import gojson, messages
from .graph import Node, Predictor
from .http_client import Client, Reply, TransportError
from .http_server import Request
from .metrics import Labels, Metrics
from .tracing import SAMPLED, Span, Tracer
from .walk import CallFailed, OriginalStops

PATHS = {
    "predict": "/predict",
    "transform-input": "/transform-input",
    "transform-output": "/transform-output",
    "route": "/route",
    "aggregate": "/aggregate",
    "feedback": "/send-feedback",
    "status": "/health/status",
    "metadata": "/metadata",
}
# Not sent on: what belongs to one connection, and what the client writes itself.
_OWN = {
    "host", "content-length", "transfer-encoding", "trailer", "user-agent", "content-type", "connection",
    "keep-alive", "proxy-connection", "upgrade", "te", "expect", "uber-trace-id",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Payload:
    body: bytes
    content_type: str
    encoding: str = ""


class RestCallFailed(CallFailed):
    """`payload` is what the client gets to see, None for the orchestrator's own error form; `status` is HTTP's."""

    def __init__(self, text: str, status: int = 500, payload: Payload | None = None) -> None:
        super().__init__(text)
        self.status = status
        self.payload = payload


def error_body(text: str) -> bytes:
    """The executor's own error form."""
    return f'{{"status":{{"code":500,"info":{gojson.quote(text)},"status":"FAILURE"}}}}'.encode(
        "utf-8", "surrogateescape"
    )


@lru_cache(maxsize=1024)
def canonical(name: str) -> str:
    """A header's name as Go writes it: each part between dashes with a capital."""
    return "-".join(part.capitalize() for part in name.split("-"))


@dataclass(slots=True)
class Forwarded:
    """What of a client's request goes on to every component."""

    user_agent: str
    headers: list[tuple[str, str]]
    asks_for_encoding: bool
    trace: str
    span: str
    parent: str
    flags: str

    @classmethod
    def of(cls, request: Request, puid: str, sample: bool) -> Forwarded:
        """`sample` decides about a trace that begins here; a caller's trace goes on as the caller decided."""
        headers = []
        user_agent, encoding, parent = "Go-http-client/1.1", False, ""
        for name, value in request.headers:
            if name not in _OWN:
                if name != "seldon-puid":
                    headers.append((canonical(name), value))
                encoding = encoding or name == "accept-encoding"
            elif name == "user-agent":
                user_agent = value
            elif name == "uber-trace-id":
                parent = value
        headers.append(("Seldon-Puid", puid))
        span = f"{random.getrandbits(64):016x}"
        parts = parent.replace("%3A", ":").split(":")  # trace, span, parent, flags
        if len(parts) == 4:
            return cls(user_agent, headers, encoding, parts[0].zfill(16), span, parts[1], parts[3])
        return cls(user_agent, headers, encoding, span, span, "0", "1" if sample else "0")

    def traced(self, name: str, span: str, parent: str, seconds: float) -> Span | None:
        """A span to report, or None when the trace is not sampled or has ids that are no numbers."""
        try:
            if not int(self.flags, 16) & SAMPLED:
                return None
            int(self.trace, 16), int(parent, 16)
        except ValueError:
            return None
        return Span(name, self.trace, span, parent, seconds)

    def lines(self, host: str, port: int, message: Payload | None, span: str) -> list[tuple[str, str]]:
        """The headers of a request to a component, in the order in which Go writes them."""
        named = [*self.headers, ("Uber-Trace-Id", f"{self.trace}:{span}:{self.span}:{self.flags}")]
        first = [("Host", f"{host}:{port}"), ("User-Agent", self.user_agent)]
        if message is not None:
            first.append(("Content-Length", str(len(message.body))))
            named.append(("Content-Type", message.content_type))
            if message.encoding:
                named.append(("Content-Encoding", message.encoding))
        named.sort(key=lambda pair: pair[0])
        if not self.asks_for_encoding:
            named.append(("Accept-Encoding", "gzip"))
        return first + named


class ClientLabels:
    """Label sets of the client metrics, made once for each (node, service, method, status)."""

    def __init__(self, predictor: Predictor, deployment: str) -> None:
        self._predictor = predictor
        self._deployment = deployment
        self._made: dict[tuple[str, str, str, str], Labels] = {}

    def of(self, node: str, service: str, method: str, code: str) -> Labels:
        key = (node, service, method, code)
        labels = self._made.get(key)
        if labels is None:
            parts = self._predictor.images.get(node, "").split(":")
            labels = self._made[key] = (
                ("code", code),
                ("deployment_name", self._deployment),
                ("method", method),
                ("model_image", parts[0]),
                ("model_name", node),
                ("model_version", parts[1] if len(parts) == 2 else ""),
                ("predictor_name", self._predictor.name),
                ("predictor_version", self._predictor.annotations.get("version", "")),
                ("service", service),
            )
        return labels


@dataclass(frozen=True, slots=True)
class Shared:
    """What all requests of one orchestrator have in common."""

    client: Client
    metrics: Metrics
    labels: ClientLabels
    log: Callable[[Node, str, Payload, str], None]
    tracer: Tracer


@dataclass(slots=True)
class RestCalls:
    """The calls of one request; implements walk.Calls for Payload."""

    shared: Shared
    forwarded: Forwarded
    puid: str
    skip_log: bool = False

    async def call(self, node: Node, method: str, message: Payload | None) -> Payload:
        """Ask a node; `message` None makes it a GET. Anything but a 200 is a RestCallFailed."""
        endpoint = node.endpoint
        if endpoint is None:
            raise OriginalStops(f"node {node.name} has no component behind it")
        path = PATHS[method]
        verb = "GET" if message is None else "POST"
        body = None if message is None else message.body
        span = f"{random.getrandbits(64):016x}"
        headers = self.forwarded.lines(endpoint.host, endpoint.http_port, message, span)
        started = perf_counter()
        try:
            reply: Reply = await self.shared.client.request(
                verb, endpoint.host, endpoint.http_port, path, headers, body, not self.forwarded.asks_for_encoding
            )
        except TransportError as error:
            url = f"http://{endpoint.host}:{endpoint.http_port}{path}"
            text = f'{verb.capitalize()} "{url}": {error}'
            raise RestCallFailed(text, 500, Payload(error_body(text), "")) from None
        finally:
            self.trace(f"{node.name}{path}", span, self.forwarded.span, perf_counter() - started)
        labels = self.shared.labels.of(node.name, path, verb.lower(), str(reply.status))
        self.shared.metrics.client.observe(labels, reply.headers_at - started)
        answer = Payload(reply.body, reply.content_type, reply.encoding)
        if reply.status != 200:
            url = f"http://{endpoint.host}:{endpoint.http_port}{path}"
            text = f"Internal service call from executor failed calling {url} status code {reply.status}"
            raise RestCallFailed(text, reply.status, answer)
        return answer

    def trace(self, name: str, span: str, parent: str, seconds: float) -> None:
        """Report a span that has just ended, when the trace is sampled."""
        traced = self.forwarded.traced(name, span, parent, seconds)
        if traced is not None:
            self.shared.tracer.report(traced)

    async def route(self, node: Node, message: Payload) -> int:
        try:
            answer = await self.call(node, "route", message)
        except RestCallFailed as failure:
            raise RestCallFailed(str(failure), failure.status) from None  # the router's own words are lost
        return first_route(node, answer.body)

    async def aggregate(self, node: Node, messages: list[Payload]) -> Payload:
        for message in messages:
            try:
                gojson.loads(message.body)
            except ValueError:
                raise RestCallFailed("Data is not JSON") from None
        joined = b"[" + b",".join(message.body for message in messages) + b"]"
        return await self.call(node, "aggregate", Payload(joined, messages[0].content_type))

    def feedback_branch(self, node: Node, message: Payload) -> int:
        """The branch that the feedback names for a node; -1 if it names none or is no Feedback message."""
        try:
            feedback: Any = json_format.Parse(message.body, messages.new("Feedback"))
        except (json_format.ParseError, UnicodeDecodeError, RecursionError):
            return -1
        routing = feedback.response.meta.routing
        return int(routing[node.name]) if node.name in routing else -1

    def with_routing(self, message: Payload, routing: dict[str, int]) -> Payload:
        """The message re-encoded as Go does it, meta.routing set where there is a meta.

        What Go cannot read or write stays as it is: no JSON object, numbers beyond a float64, endless nesting.
        """
        try:
            value = gojson.loads(message.body)
            if not isinstance(value, dict):
                return message
            if isinstance(value.get("meta"), dict):
                value["meta"]["routing"] = dict(routing)
            body = gojson.dumps(value).encode("utf-8", "surrogatepass")
        except (ValueError, RecursionError):
            return message
        return Payload(body, message.content_type, message.encoding)

    def log(self, node: Node, kind: str, message: Payload) -> None:
        if not self.skip_log:
            self.shared.log(node, kind, message, self.puid)


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
