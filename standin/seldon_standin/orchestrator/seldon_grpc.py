"""The service seldon.protos.Seldon."""

from __future__ import annotations

from typing import Any

from . import messages
from .graph import Node, Predictor
from .grpc_calls import Caller, GrpcCalls, GrpcShared
from .grpc_server import Method, Service
from .metadata import edges
from .walk import CallFailed, Walk


class SeldonService:
    """Answers gRPC calls about one predictor."""

    def __init__(self, predictor: Predictor, shared: GrpcShared, *, inject_routing: bool) -> None:
        self._predictor = predictor
        self._shared = shared
        self._inject_routing = inject_routing

    def service(self) -> Service:
        methods = {
            "Predict": Method(self._predict),
            "SendFeedback": Method(self._feedback),
            "ModelMetadata": Method(self._model_metadata, tells_id=False),
            "GraphMetadata": Method(self._graph_metadata, tells_id=False),
        }
        return Service(f"{messages.PACKAGE}.Seldon", methods, messages.POOL)

    async def _predict(self, request: bytes, caller: Caller) -> bytes:
        walk = Walk(GrpcCalls(self._shared, caller), self._inject_routing)
        return await walk.predict(self._predictor.graph, request)

    async def _feedback(self, request: bytes, caller: Caller) -> bytes:
        answer = await Walk(GrpcCalls(self._shared, caller)).feedback(self._predictor.graph, request)
        # A Feedback that comes back unchanged is no SeldonMessage: the original answers an empty one.
        return b"" if answer is request else answer

    async def _model_metadata(self, request: bytes, caller: Caller) -> bytes:
        asked: Any = messages.CLASSES["SeldonModelMetadataRequest"].FromString(request)
        node = self._predictor.find(asked.name)
        if node is None:
            raise CallFailed(f"Failed to find model {asked.name}")
        return await GrpcCalls(self._shared, caller).call(node, "metadata", b"")

    async def _graph_metadata(self, request: bytes, caller: Caller) -> bytes:
        answer: Any = messages.CLASSES["SeldonGraphMetadata"](name=self._predictor.name)
        found: dict[str, dict[str, Any]] = {}
        for node in self._predictor.graph.walk():
            found[node.name] = await self._ask(node, caller)
            answer.models[node.name].CopyFrom(found[node.name]["all"])
        inputs, outputs = edges(self._predictor.graph, found)
        answer.inputs.extend(inputs or ())
        answer.outputs.extend(outputs or ())
        return bytes(answer.SerializeToString())

    async def _ask(self, node: Node, caller: Caller) -> dict[str, Any]:
        body = await GrpcCalls(self._shared, caller).call(node, "metadata", b"")
        model: Any = messages.CLASSES["SeldonModelMetadata"].FromString(body)
        return {"all": model, "inputs": model.inputs, "outputs": model.outputs}
