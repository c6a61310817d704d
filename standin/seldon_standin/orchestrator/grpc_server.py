"""The gRPC server: one service, whichever the protocol asks for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import Any, NoReturn

import grpc
import grpc.aio
from google.protobuf import descriptor_pool
from grpc_reflection.v1alpha import reflection

from .graph import Predictor
from .grpc_calls import Caller, GrpcCallFailed, GrpcShared, code_name
from .metrics import Labels
from .options import Options
from .walk import CallFailed, OriginalStops

Context = grpc.aio.ServicerContext[Any, Any]


@dataclass(frozen=True)
class Method:
    """`answer` may raise CallFailed and OriginalStops; `tells_id`: the client gets the request's id."""

    answer: Callable[[bytes, Caller], Awaitable[bytes]]
    tells_id: bool = True


@dataclass(frozen=True)
class Service:
    """`reflected` is where reflection finds the service's description; None: there is no reflection."""

    name: str
    methods: Mapping[str, Method]
    reflected: descriptor_pool.DescriptorPool | None = None


class GrpcApi:
    """Serves one predictor on one port."""

    def __init__(self, options: Options, predictor: Predictor, shared: GrpcShared, service: Service) -> None:
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
        handlers = {name: self._handler(f"/{service.name}/{name}", method) for name, method in service.methods.items()}
        self._server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(service.name, handlers),))
        if service.reflected is not None:
            reflection.enable_server_reflection(
                (service.name, reflection.SERVICE_NAME), self._server, service.reflected
            )
        self._server.add_generic_rpc_handlers((_Unknown(service.name),))

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

    def _handler(self, path: str, method: Method) -> grpc.RpcMethodHandler[bytes, bytes]:
        async def answer(request: bytes, context: Context) -> bytes:
            caller = Caller.of(tuple((key, value) for key, value in context.invocation_metadata() or ()))
            if method.tells_id:
                await context.send_initial_metadata((("seldon-puid", caller.puid),))
            started = perf_counter()
            code, details = grpc.StatusCode.OK, ""
            try:
                return await method.answer(request, caller)
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


class _Unknown(grpc.GenericRpcHandler):
    """Refuses what no other handler knows, in Go's words."""

    def __init__(self, known: str) -> None:
        self._known = known

    def service(self, handler_call_details: grpc.HandlerCallDetails) -> grpc.RpcMethodHandler[Any, Any]:
        service, _, method = str(handler_call_details.method).lstrip("/").rpartition("/")
        about = f"method {method} for service {service}" if service == self._known else f"service {service}"

        async def refuse(requests: object, context: Context) -> NoReturn:
            await context.abort(grpc.StatusCode.UNIMPLEMENTED, f"unknown {about}")

        return grpc.stream_stream_rpc_method_handler(refuse)
