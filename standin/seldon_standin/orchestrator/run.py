"""Start, serve, stop."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
from pathlib import Path

import uvloop

from .. import SELDON_VERSION
from .events import EventLog
from .graph import GraphError, Predictor, predictor_from_env, predictor_from_file
from .grpc_calls import Channels, GrpcShared
from .grpc_server import GrpcApi, Service
from .health import Health
from .http_client import Client
from .http_server import Server
from .metrics import Metrics
from .options import Options, parse
from .protocols import PROTOCOLS, TENSORFLOW, V2
from .rest_api import RestApi
from .rest_calls import ClientLabels, Shared
from .seldon_grpc import SeldonService
from .tracing import Tracer
from .v2_grpc import V2Service

log = logging.getLogger("orchestrator")

POD_SECONDS = 19.0  # from SIGTERM on; what is not gone after 20 s is killed


def load(options: Options) -> Predictor:
    if options.file:
        return predictor_from_file(Path(options.file), options.predictor)
    value = os.environ.get("ENGINE_PREDICTOR", "")
    if not value:
        raise GraphError("there is no predictor: set ENGINE_PREDICTOR or give a manifest with --file")
    return predictor_from_env(value)


async def serve(options: Options, predictor: Predictor) -> None:
    """Serve until SIGTERM or SIGINT, then stop in an order that refuses nobody."""
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    client = Client(options.rest_timeout)
    events = EventLog(options)
    tracer = Tracer()
    protocol = PROTOCOLS[options.protocol]
    shared = Shared(client, Metrics(), ClientLabels(predictor, options.sdep), events.put, tracer, protocol)
    health = Health(predictor, client, protocol.health if options.full_health_checks else None)
    server = Server(RestApi(options, predictor, shared, health).handle)
    port = await server.start(options.http_port)
    log.info("stand-in for the Seldon Core %s executor; not Seldon's own", SELDON_VERSION)
    grpc_shared = GrpcShared(
        Channels(options.grpc_max_message), shared.metrics, shared.labels, options.grpc_timeout, events.put
    )
    if protocol is V2:
        service = V2Service(predictor, grpc_shared).service()
    elif protocol is TENSORFLOW:
        service = Service("tensorflow.serving.PredictionService", {})  # this protocol is served over REST alone
    else:
        service = SeldonService(predictor, grpc_shared, inject_routing=options.inject_routing).service()
    grpc_api = GrpcApi(options, predictor, grpc_shared, service)
    grpc_port = await grpc_api.start(options.grpc_port)
    log.info(
        "serving %s/%s of %s: REST on port %d, gRPC on port %d",
        *(options.sdep, predictor.name, options.namespace, port, grpc_port),
    )

    await stop.wait()
    # The pod's endpoint is removed while this process still answers: new connections keep coming for a moment.
    log.info("stopping: unready now, closed in %.1f s", options.shutdown_delay)
    health.stopping = True
    server.draining = True
    await asyncio.sleep(options.shutdown_delay)
    log.info("stopped listening; finishing what runs")
    grace = min(options.graceful_timeout, max(1.0, POD_SECONDS - options.shutdown_delay))
    await asyncio.gather(server.stop(grace), grpc_api.stop(grace))
    await events.close()
    client.close()
    tracer.close()
    log.info("stopped")


def main() -> int:
    """Exit status: 0 after a stop that was asked for, 1 with one sentence when it cannot start."""
    options = parse(sys.argv[1:])
    level = logging.getLevelNamesMapping().get(options.log_level, logging.INFO)
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    sys.setrecursionlimit(5000)  # a deep graph is walked by recursion
    try:
        predictor = load(options)
        uvloop.run(serve(options, predictor))
    except (GraphError, OSError) as error:
        print(f"the orchestrator cannot start: {error}", file=sys.stderr)
        return 1
    return 0
