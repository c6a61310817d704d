"""How a gRPC request reaches the components: methods, forwarded metadata, errors, client metrics.

Messages stay bytes; they are decoded only where the walk has to look into them.
"""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import grpc
import grpc.aio

from . import messages
from .graph import Node
from .metrics import Metrics
from .rest_calls import ClientLabels
from .rest_messages import Payload
from .walk import CallFailed, OriginalStops

METHODS = {
    "predict": "Model/Predict",
    "transform-input": "Transformer/TransformInput",
    "transform-output": "OutputTransformer/TransformOutput",
    "route": "Router/Route",
    "aggregate": "Combiner/Aggregate",
    "feedback": "Model/SendFeedback",
    "metadata": "Model/Metadata",
}
CONTENT_TYPE = "application/protobuf"
# Belong to one connection; gRPC writes its own.
_OWN = ("grpc-", ":")
_OWN_NAMES = {"user-agent", "content-type", "te", "accept-encoding"}

MetadataPairs = tuple[tuple[str, str | bytes], ...]


class GrpcCallFailed(CallFailed):
    """`code` and str() are those of the component's answer, or of the failure to reach it."""

    def __init__(self, code: grpc.StatusCode, details: str) -> None:
        super().__init__(details)
        self.code = code


# Where Go's name is not made of the words of the constant.
_NAMES = {grpc.StatusCode.OK: "OK", grpc.StatusCode.CANCELLED: "Canceled"}


def code_name(code: grpc.StatusCode) -> str:
    """A status code as Go writes it: Unknown, DeadlineExceeded, but OK."""
    return _NAMES.get(code) or "".join(part.capitalize() for part in code.name.split("_"))


def in_gos_words(code: grpc.StatusCode, details: str, port: int) -> str:
    """The details of a call that failed here, as Go's client would say it; a component's own words stay."""
    if code is grpc.StatusCode.UNAVAILABLE and "onnection refused" in details:
        return (
            'connection error: desc = "transport: Error while dialing dial tcp '
            f'[::1]:{port}: connect: connection refused"'
        )
    if code is grpc.StatusCode.DEADLINE_EXCEEDED and details == "Deadline Exceeded":
        return "context deadline exceeded"
    return details


class Channels:
    """Open channels to the components, one for each address."""

    def __init__(self, max_message: int | None) -> None:
        size = max_message or -1
        self._options = (("grpc.max_send_message_length", size), ("grpc.max_receive_message_length", size))
        self._open: dict[str, grpc.aio.Channel] = {}

    def to(self, host: str, port: int) -> grpc.aio.Channel:
        address = f"{'127.0.0.1' if host == 'localhost' else host}:{port}"
        if address not in self._open:
            self._open[address] = grpc.aio.insecure_channel(address, options=self._options)
        return self._open[address]

    async def close(self) -> None:
        for channel in self._open.values():
            await channel.close()


@dataclass(frozen=True, slots=True)
class GrpcShared:
    """What all gRPC requests of one orchestrator have in common; `timeout` in seconds."""

    channels: Channels
    metrics: Metrics
    labels: ClientLabels
    timeout: float | None
    log: Callable[[Node, str, Payload, str], None]


@dataclass(frozen=True, slots=True)
class Caller:
    """What of one client's call goes on to every component; `puid` is the request's id."""

    metadata: MetadataPairs
    puid: str
    skip_log: bool

    @classmethod
    def of(cls, pairs: MetadataPairs) -> Caller:
        puid = next((str(value) for key, value in pairs if key == "seldon-puid" and value), "") or str(uuid.uuid4())
        skip = any(key == "seldon-skip-logging" and value in ("1", "t", "true") for key, value in pairs)
        return cls(forwarded(pairs, puid), puid, skip)

    async def ask(self, shared: GrpcShared, node: Node, path: str, model: str, message: bytes) -> bytes:
        """The component's answer; `model` is its name in the metrics. Raises GrpcCallFailed, OriginalStops."""
        endpoint = node.endpoint
        if endpoint is None:
            raise OriginalStops(f"node {node.name} has no component behind it")
        multicallable: Any = shared.channels.to(endpoint.host, endpoint.grpc_port).unary_unary(path)
        started = perf_counter()
        code = grpc.StatusCode.OK
        try:
            answer: bytes = await multicallable(message, timeout=shared.timeout, metadata=self.metadata)
            return answer
        except grpc.aio.AioRpcError as error:
            code = error.code()
            details = in_gos_words(code, error.details() or "", endpoint.grpc_port)
            raise GrpcCallFailed(code, details) from None
        finally:
            labels = shared.labels.of(model, path, "unary", code_name(code))
            shared.metrics.client.observe(labels, perf_counter() - started)

    def log(self, shared: GrpcShared, node: Node, kind: str, message: bytes) -> None:
        if not self.skip_log:
            shared.log(node, kind, Payload(message, CONTENT_TYPE), self.puid)


@dataclass(frozen=True, slots=True)
class GrpcCalls:
    """The calls of one request; implements walk.Calls for serialized messages."""

    shared: GrpcShared
    caller: Caller

    async def call(self, node: Node, method: str, message: bytes) -> bytes:
        path = f"/{messages.PACKAGE}.{METHODS[method]}"
        return await self.caller.ask(self.shared, node, path, node.name, message)

    def chain(self, node: Node, message: bytes) -> bytes:
        return message

    async def route(self, node: Node, message: bytes) -> int:
        answer: Any = messages.CLASSES["SeldonMessage"].FromString(await self.call(node, "route", message))
        if not answer.HasField("data"):
            raise OriginalStops(f"router {node.name} answered without data")
        return _first_route(node, answer.data)

    async def aggregate(self, node: Node, answers: list[bytes]) -> bytes:
        together: Any = messages.new("SeldonMessageList")
        for answer in answers:
            together.seldonMessages.add().MergeFromString(answer)
        return await self.call(node, "aggregate", together.SerializeToString())

    def feedback_branch(self, node: Node, message: bytes) -> int:
        feedback: Any = messages.CLASSES["Feedback"].FromString(message)
        routing = feedback.response.meta.routing
        return int(routing[node.name]) if node.name in routing else -1

    def with_routing(self, message: bytes, routing: dict[str, int]) -> bytes:
        answer: Any = messages.CLASSES["SeldonMessage"].FromString(message)
        if not answer.HasField("meta"):
            return message
        answer.meta.routing.clear()
        answer.meta.routing.update(routing)
        return bytes(answer.SerializeToString())

    def log(self, node: Node, kind: str, message: bytes) -> None:
        self.caller.log(self.shared, node, kind, message)


def forwarded(pairs: MetadataPairs, puid: str) -> MetadataPairs:
    """The client's metadata without what belongs to its connection, with the request's id."""
    kept = ((key, value) for key, value in pairs if not key.startswith(_OWN) and key not in _OWN_NAMES)
    return (*((key, value) for key, value in kept if key != "seldon-puid"), ("seldon-puid", puid))


def _first_route(node: Node, data: Any) -> int:
    kind = data.WhichOneof("data_oneof")
    if kind == "ndarray":
        for value in itertools.islice(data.ndarray.values, 1):
            if value.WhichOneof("kind") == "list_value":
                for inner in itertools.islice(value.list_value.values, 1):
                    return int(inner.number_value)
                break
            return int(value.number_value)
    elif kind == "tensor":
        for number in itertools.islice(data.tensor.values, 1):
            return int(number)
    elif kind == "tftensor":
        for number in itertools.islice(data.tftensor.int_val, 1):
            return int(number)
    else:
        return -1
    raise OriginalStops(f"router {node.name} answered with no branch")
