"""The gRPC API: service seldon.protos.Seldon, with reflection."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable
from time import perf_counter
from typing import Any

import grpc
import grpc.aio
from grpc_reflection.v1alpha import reflection

from . import messages
from .graph import Node, Predictor
from .grpc_calls import GrpcCallFailed, GrpcCalls, GrpcShared, code_name, forwarded
from .metadata import edges
from .metrics import Labels
from .options import Options
from .walk import CallFailed, OriginalStops, Walk

SERVICE = f"{messages.PACKAGE}.Seldon"

Context = grpc.aio.ServicerContext[bytes, bytes]
Method = Callable[[bytes, GrpcCalls], Awaitable[bytes]]


class GrpcApi:
    """Serves one predictor on one port."""

    def __init__(self, options: Options, predictor: Predictor, shared: GrpcShared) -> None:
        self._options = options
        self._predictor = predictor
        self._shared = shared
        self._labels: dict[tuple[str, str], Labels] = {}
        size = options.grpc_max_message or -1
        self._server = grpc.aio.server(
            options=(
                ("grpc.max_send_message_length", size),
                ("grpc.max_receive_message_length", size),
                ("grpc.so_reuseport", 0),
            )
        )
        handlers = {
            "Predict": self._handler("Predict", self._predict, tells_id=True),
            "SendFeedback": self._handler("SendFeedback", self._feedback, tells_id=True),
            "ModelMetadata": self._handler("ModelMetadata", self._model_metadata, tells_id=False),
            "GraphMetadata": self._handler("GraphMetadata", self._graph_metadata, tells_id=False),
        }
        self._server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(SERVICE, handlers),))
        reflection.enable_server_reflection((SERVICE, reflection.SERVICE_NAME), self._server, messages.POOL)

    async def start(self, port: int) -> int:
        """Listen on all IPv4 addresses; the port taken. Raises OSError when it is taken already."""
        try:
            taken = self._server.add_insecure_port(f"0.0.0.0:{port}")
        except RuntimeError as error:
            raise OSError(f"port {port} for gRPC cannot be opened: {error}") from None
        await self._server.start()
        return taken

    async def stop(self, grace: float) -> None:
        await self._server.stop(grace)
        await self._shared.channels.close()

    def _handler(self, name: str, method: Method, tells_id: bool) -> grpc.RpcMethodHandler[bytes, bytes]:
        path = f"/{SERVICE}/{name}"

        async def answer(request: bytes, context: Context) -> bytes:
            pairs = tuple((key, value) for key, value in context.invocation_metadata() or ())
            puid = next((str(value) for key, value in pairs if key == "seldon-puid" and value), "")
            puid = puid or str(uuid.uuid4())
            if tells_id:
                await context.send_initial_metadata((("seldon-puid", puid),))
            skip = any(key == "seldon-skip-logging" and value in ("1", "t", "true") for key, value in pairs)
            calls = GrpcCalls(self._shared, forwarded(pairs, puid), puid, skip)
            started = perf_counter()
            code, details = grpc.StatusCode.OK, ""
            try:
                return await method(request, calls)
            except GrpcCallFailed as failure:
                code, details = failure.code, str(failure)
            except OriginalStops as stop:
                code, details = grpc.StatusCode.INTERNAL, f"{stop}; Seldon Core stops here"
            except CallFailed as failure:
                code, details = grpc.StatusCode.UNKNOWN, str(failure)
            finally:
                self._shared.metrics.server.observe(self._labels_of(path, code_name(code)), perf_counter() - started)
            await context.abort(code, details)

        return grpc.unary_unary_rpc_method_handler(answer)

    def _labels_of(self, path: str, code: str) -> Labels:
        key = (path, code)
        if key not in self._labels:
            self._labels[key] = (
                ("code", code),
                ("deployment_name", self._options.sdep),
                ("method", "unary"),
                ("predictor_name", self._predictor.name),
                ("predictor_version", self._predictor.annotations.get("version", "")),
                ("service", path),
            )
        return self._labels[key]

    async def _predict(self, request: bytes, calls: GrpcCalls) -> bytes:
        return await Walk(calls, self._options.inject_routing).predict(self._predictor.graph, request)

    async def _feedback(self, request: bytes, calls: GrpcCalls) -> bytes:
        answer = await Walk(calls).feedback(self._predictor.graph, request)
        # A Feedback that comes back unchanged is no SeldonMessage: the original answers an empty one.
        return b"" if answer is request else answer

    async def _model_metadata(self, request: bytes, calls: GrpcCalls) -> bytes:
        asked: Any = messages.CLASSES["SeldonModelMetadataRequest"].FromString(request)
        node = self._predictor.find(asked.name)
        if node is None:
            raise CallFailed(f"Failed to find model {asked.name}")
        return await calls.call(node, "metadata", b"")

    async def _graph_metadata(self, request: bytes, calls: GrpcCalls) -> bytes:
        answer: Any = messages.CLASSES["SeldonGraphMetadata"](name=self._predictor.name)
        found: dict[str, dict[str, Any]] = {}
        for node in self._predictor.graph.walk():
            found[node.name] = await self._ask(node, calls)
            answer.models[node.name].CopyFrom(found[node.name]["all"])
        inputs, outputs = edges(self._predictor.graph, found)
        answer.inputs.extend(inputs or ())
        answer.outputs.extend(outputs or ())
        return bytes(answer.SerializeToString())

    async def _ask(self, node: Node, calls: GrpcCalls) -> dict[str, Any]:
        model: Any = messages.CLASSES["SeldonModelMetadata"].FromString(await calls.call(node, "metadata", b""))
        return {"all": model, "inputs": model.inputs, "outputs": model.outputs}
