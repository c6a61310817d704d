"""The REST API: which path answers what, and the headers that every answer of a known route has."""

from __future__ import annotations

import logging
import posixpath
import uuid
from dataclasses import replace
from email.utils import formatdate
from time import perf_counter
from urllib.parse import quote

from . import gojson
from .forwarding import Forwarded
from .graph import Predictor
from .health import Health
from .http_server import Request, Response
from .metadata import graph_metadata
from .metrics import Labels
from .options import Options
from .rest_calls import RestCalls, Shared
from .rest_messages import Payload, RestCallFailed, error_body
from .rest_paths import PATHS, Answers, Route
from .walk import CallFailed, OriginalStops, Walk

log = logging.getLogger("rest")

ALLOW_HEADERS = "Accept, Accept-Encoding, Authorization, Content-Length, Content-Type, X-CSRF-Token"
NOT_FOUND = Response(
    404,
    (("Content-Type", "text/plain; charset=utf-8"), ("X-Content-Type-Options", "nosniff")),
    b"404 page not found\n",
)
NOT_ALLOWED = Response(405)
EMPTY_LISTING = b'<!doctype html>\n<meta name="viewport" content="width=device-width">\n<pre>\n</pre>\n'


class RestApi:
    """Answers HTTP requests of one predictor."""

    def __init__(self, options: Options, predictor: Predictor, shared: Shared, health: Health) -> None:
        self._options = options
        self._predictor = predictor
        self._shared = shared
        self._health = health
        self._started = formatdate(usegmt=True)
        self._labels: dict[tuple[str, str, int], Labels] = {}
        answers = Answers(
            predict=self._predict,
            feedback=self._feedback,
            graph_metadata=self._graph_metadata,
            ready=self._ready,
            live=self._live,
            prometheus=self._prometheus,
            documentation=self._documentation,
            node_status=self._node_status,
            node_metadata=self._node_metadata,
        )
        self._paths = PATHS[options.protocol](answers, options.prometheus_path)

    async def handle(self, request: Request) -> Response:
        if ("//" in request.path or "/." in request.path) and (clean := _clean(request.path)) != request.path:
            location = quote(clean) + (f"?{request.query}" if request.query else "")
            return Response(301, (("Location", location),))
        route, variable = self._paths.find(request.path, request.method)
        if route is None:
            return NOT_FOUND
        if route.methods is not None and request.method not in route.methods:
            return NOT_ALLOWED
        puid = request.header("seldon-puid") or str(uuid.uuid4())
        common = self._common(request, route, puid)
        if request.method == "OPTIONS":
            return Response(200, common)
        started = perf_counter()
        try:
            response = await route.answer(request, puid, variable)
        except OriginalStops as stop:
            log.warning("%s %s: %s", request.method, request.path, stop)
            # Not counted: the original answers nothing here and counts nothing.
            response = _failure(RestCallFailed(f"{stop}; Seldon Core closes the connection here"))
            return replace(response, headers=common + response.headers)
        except CallFailed as failure:
            log.info("%s %s: %s", request.method, request.path, failure)
            response = _failure(failure)
        except Exception as error:  # a fault of ours must not cost the client its answer
            log.exception("%s %s", request.method, request.path)
            response = _failure(RestCallFailed(f"the orchestrator failed: {error!r}"))
        if route.service is not None:
            labels = self._server_labels(route.service, request.method.lower(), response.status)
            self._shared.metrics.server.observe(labels, perf_counter() - started)
        return replace(response, headers=common + response.headers)

    def _common(self, request: Request, route: Route, puid: str) -> tuple[tuple[str, str], ...]:
        headers = [
            ("Access-Control-Allow-Headers", ALLOW_HEADERS),
            ("Access-Control-Allow-Origin", self._options.cors_origin),
        ]
        if route.methods is not None and "OPTIONS" in route.methods:
            headers.append(("Access-Control-Allow-Methods", ",".join(route.told or route.methods)))
        headers.append(("Seldon-Puid", puid))
        headers.append(("X-Content-Type-Options", "nosniff"))
        if any(name == "ce-specversion" for name, _ in request.headers):
            sdep = self._options.sdep
            headers += [
                ("Ce-Id", puid),
                ("Ce-Specversion", "0.3"),
                ("Ce-Path", request.path),
                ("Ce-Type", f"seldon.{sdep}.{self._options.namespace}.response"),
                ("Ce-Source", f"seldon.{sdep}"),
            ]
        return tuple(headers)

    def _server_labels(self, service: str, method: str, status: int) -> Labels:
        key = (service, method, status)
        labels = self._labels.get(key)
        if labels is None:
            labels = self._labels[key] = (
                ("code", str(status)),
                ("deployment_name", self._options.sdep),
                ("method", method),
                ("predictor_name", self._predictor.name),
                ("predictor_version", self._predictor.annotations.get("version", "")),
                ("service", service),
            )
        return labels

    def _calls(self, request: Request, puid: str, model: str = "") -> RestCalls:
        skip = request.header("seldon-skip-logging").lower() in ("1", "t", "true")
        forwarded = Forwarded.of(request, puid, self._shared.tracer.samples())
        return RestCalls(self._shared, forwarded, puid, skip, model)

    async def _predict(self, request: Request, puid: str, model: str) -> Response:
        calls = self._calls(request, puid, model)
        walk, started = Walk(calls, self._options.inject_routing), perf_counter()
        try:
            return _success(await walk.predict(self._predictor.graph, _payload(request)))
        finally:
            calls.trace("predictions", calls.forwarded.span, calls.forwarded.parent, perf_counter() - started)

    async def _feedback(self, request: Request, puid: str, _: str) -> Response:
        walk = Walk(self._calls(request, puid))
        return _success(await walk.feedback(self._predictor.graph, _payload(request)))

    async def _node_status(self, request: Request, puid: str, name: str) -> Response:
        return _success(await self._ask(request, puid, name, "status"))

    async def _node_metadata(self, request: Request, puid: str, name: str) -> Response:
        return _success(await self._ask(request, puid, name, "metadata"))

    async def _ask(self, request: Request, puid: str, name: str, method: str) -> Payload:
        node = self._predictor.find(name)
        if node is None:
            raise RestCallFailed(f"Failed to find model {name}")
        return await self._calls(request, puid).call(node, method, None)

    async def _graph_metadata(self, request: Request, puid: str, _: str) -> Response:
        calls = self._calls(request, puid)

        async def ask(name: str) -> bytes:
            node = self._predictor.find(name)
            assert node is not None
            try:
                return (await calls.call(node, "metadata", None)).body
            except RestCallFailed as failure:
                raise RestCallFailed(str(failure), failure.status) from None

        return _success(Payload(await graph_metadata(self._predictor, ask), "application/json"))

    async def _ready(self, request: Request, puid: str, _: str) -> Response:
        return Response(200 if await self._health.ready() else 503)

    async def _live(self, request: Request, puid: str, _: str) -> Response:
        return Response(200)

    async def _prometheus(self, request: Request, puid: str, _: str) -> Response:
        text = self._shared.metrics.exposition()
        return Response(200, (("Content-Type", "text/plain; version=0.0.4; charset=utf-8"),), text)

    async def _documentation(self, request: Request, puid: str, rest: str) -> Response:
        if f"/{rest}".endswith("/index.html"):
            return Response(301, (("Location", "./"),))
        if rest:
            return Response(404, (("Content-Type", "text/plain; charset=utf-8"),), b"404 page not found\n")
        headers = (("Content-Type", "text/html; charset=utf-8"), ("Last-Modified", self._started))
        return Response(200, headers, EMPTY_LISTING)


def _payload(request: Request) -> Payload:
    return Payload(request.body, request.header("content-type"))


def _success(payload: Payload) -> Response:
    headers = (("Content-Type", payload.content_type),)
    if payload.encoding:
        return Response(200, (*headers, ("Content-Encoding", payload.encoding)), payload.body)
    return Response(200, headers, gojson.html_escape(payload.body))


def _failure(failure: CallFailed) -> Response:
    """An error keeps its body and status, but not its content type: the original sets that header too late."""
    shown = failure.payload.body if failure.payload is not None else error_body(str(failure))
    body = gojson.html_escape(shown)
    headers = (("Content-Type", _sniff(body)),) if body else ()
    return Response(getattr(failure, "status", 500), headers, body)


def _sniff(body: bytes) -> str:
    """What net/http guesses of a body in which no < can occur: text, or anything else."""
    binary = any(byte < 0x20 and byte not in b"\t\n\x0c\r\x1b" for byte in body[:512])
    return "application/octet-stream" if binary else "text/plain; charset=utf-8"


def _clean(path: str) -> str:
    """The path without empty, . and .. parts; a final slash stays."""
    clean = posixpath.normpath("/" + path.lstrip("/")) if path else "/"
    return clean + "/" if path.endswith("/") and clean != "/" else clean
