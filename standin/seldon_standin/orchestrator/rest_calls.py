"""How a REST request reaches the components: paths, errors, client metrics."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from google.protobuf import json_format

from . import gojson, messages
from .forwarding import Forwarded
from .graph import Node, Predictor
from .http_client import Client, Reply, TransportError
from .metrics import Labels, Metrics
from .protocols import Protocol, escaped
from .rest_messages import Payload, RestCallFailed, error_body
from .routes import first_route
from .tracing import Tracer
from .walk import OriginalStops


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
    protocol: Protocol


@dataclass(slots=True)
class RestCalls:
    """The calls of one request; implements walk.Calls for Payload.

    `model` is the name that the client asked for: every component is called by it. Without one, each by its own.
    """

    shared: Shared
    forwarded: Forwarded
    puid: str
    skip_log: bool = False
    model: str = ""

    async def call(self, node: Node, method: str, message: Payload | None) -> Payload:
        """Ask a node; `message` None makes it a GET. Anything but a 200 is a RestCallFailed.

        Where the protocol has no path for it, the node is not asked, and the message comes back.
        """
        if message is not None and method not in self.shared.protocol.paths:
            return message
        endpoint = node.endpoint
        if endpoint is None:
            raise OriginalStops(f"node {node.name} has no component behind it")
        model = self.model or node.name
        path = self.shared.protocol.path(method, model)
        written = escaped(path)
        verb = "GET" if message is None else "POST"
        body = None if message is None else message.body
        span = f"{random.getrandbits(64):016x}"
        headers = self.forwarded.lines(endpoint.host, endpoint.http_port, message, span)
        started = perf_counter()
        try:
            reply: Reply = await self.shared.client.request(
                verb, endpoint.host, endpoint.http_port, written, headers, body, not self.forwarded.asks_for_encoding
            )
        except TransportError as error:
            url = f"http://{endpoint.host}:{endpoint.http_port}{written}"
            text = f'{verb.capitalize()} "{url}": {error}'
            raise RestCallFailed(text, 500, Payload(error_body(text), "")) from None
        finally:
            self.trace(f"{node.name}{path}", span, self.forwarded.span, perf_counter() - started)
        labels = self.shared.labels.of(model, path, verb.lower(), str(reply.status))
        self.shared.metrics.client.observe(labels, reply.headers_at - started)
        answer = Payload(reply.body, reply.content_type, reply.encoding)
        if reply.status != 200:
            url = f"http://{endpoint.host}:{endpoint.http_port}{written}"
            text = f"Internal service call from executor failed calling {url} status code {reply.status}"
            raise RestCallFailed(text, reply.status, answer)
        return answer

    def chain(self, node: Node, message: Payload) -> Payload:
        return self.shared.protocol.chain(message)

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
