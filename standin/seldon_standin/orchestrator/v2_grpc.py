"""The service inference.GRPCInferenceService of the Open Inference Protocol, as far as the original has it.

The original can walk through MODEL nodes only: any other call to a component ends its process, and so do the methods
about the server.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NoReturn

from google.protobuf.message import DecodeError, Message

from . import v2_messages
from .graph import Node, Predictor
from .grpc_calls import Caller, GrpcShared
from .grpc_server import Method, Service
from .walk import CallFailed, OriginalStops, Walk

INFER, READY, METADATA = (f"/{v2_messages.SERVICE}/{name}" for name in ("ModelInfer", "ModelReady", "ModelMetadata"))


@dataclass(frozen=True, slots=True)
class Inference:
    """A ModelInferRequest, or the ModelInferResponse of a node."""

    body: bytes
    answered: bool = False


@dataclass(frozen=True, slots=True)
class V2Calls:
    """The calls of one ModelInfer; implements walk.Calls for Inference.

    `model` is the name that the client asked for: every node is called by it. Without one, each by its own.
    """

    shared: GrpcShared
    caller: Caller
    model: str

    async def call(self, node: Node, method: str, message: Inference) -> Inference:
        if method != "predict":
            raise OriginalStops(f"node {node.name} is asked for {method}, which gRPC with protocol v2 does not have")
        model = self.model or node.name
        return Inference(await self.caller.ask(self.shared, node, INFER, model, message.body), answered=True)

    def chain(self, node: Node, message: Inference) -> Inference:
        model = self.model or node.name
        if message.answered:
            return Inference(outputs_to_inputs(message.body, model))
        if self.model:
            return message
        request = _read("ModelInferRequest", message.body)
        request.model_name = model
        return Inference(request.SerializeToString())

    async def route(self, node: Node, message: Inference) -> int:
        self._stop(node)

    async def aggregate(self, node: Node, messages: list[Inference]) -> Inference:
        self._stop(node)

    def feedback_branch(self, node: Node, message: Inference) -> int:
        self._stop(node)

    def with_routing(self, message: Inference, routing: dict[str, int]) -> Inference:
        return message

    def log(self, node: Node, kind: str, message: Inference) -> None:
        self.caller.log(self.shared, node, kind, message.body)

    def _stop(self, node: Node) -> NoReturn:
        raise OriginalStops(f"node {node.name} is no model, and gRPC with protocol v2 has models only")


def outputs_to_inputs(answer: bytes, model: str) -> bytes:
    """The ModelInferRequest to `model` that has the outputs of a ModelInferResponse as inputs."""
    response = _read("ModelInferResponse", answer)
    request: Any = v2_messages.CLASSES["ModelInferRequest"](model_name=model)
    for output in response.outputs:
        # Input and output tensors have the same fields.
        request.inputs.add().MergeFromString(output.SerializeToString())
    for name, value in response.parameters.items():
        request.parameters[name].CopyFrom(value)
    return bytes(request.SerializeToString())


def _read(name: str, body: bytes) -> Any:
    kind: type[Message] = v2_messages.CLASSES[name]
    try:
        return kind.FromString(body)
    except DecodeError as error:
        raise CallFailed(f"the {name} cannot be read: {error}") from None


class V2Service:
    """Answers gRPC calls about one predictor."""

    def __init__(self, predictor: Predictor, shared: GrpcShared) -> None:
        self._predictor = predictor
        self._shared = shared

    def service(self) -> Service:
        stop = Method(self._stop, tells_id=False)
        methods = dict.fromkeys((*v2_messages.METHODS, *v2_messages.MORE_METHODS), stop)
        methods["ModelInfer"] = Method(self._infer)
        methods["ModelReady"] = Method(self._ready)
        methods["ModelMetadata"] = Method(self._metadata)
        return Service(v2_messages.SERVICE, methods)

    async def _infer(self, request: bytes, caller: Caller) -> bytes:
        model = _read("ModelInferRequest", request).model_name
        calls = V2Calls(self._shared, caller, model)
        answer = await Walk(calls).predict(self._predictor.graph, Inference(request))
        if not answer.answered:
            raise OriginalStops("no model was asked")
        return answer.body

    async def _ready(self, request: bytes, caller: Caller) -> bytes:
        return await self._of_node(READY, _read("ModelReadyRequest", request).name, request, caller)

    async def _metadata(self, request: bytes, caller: Caller) -> bytes:
        return await self._of_node(METADATA, _read("ModelMetadataRequest", request).name, request, caller)

    async def _of_node(self, path: str, name: str, request: bytes, caller: Caller) -> bytes:
        node = self._predictor.find(name)
        if node is None:
            raise CallFailed(f"Failed to find model {name}")
        return await caller.ask(self._shared, node, path, name, request)

    async def _stop(self, request: bytes, caller: Caller) -> bytes:
        raise OriginalStops("with protocol v2 the orchestrator knows ModelInfer, ModelReady and ModelMetadata only")
