"""Start, logging to a dead sink, gRPC, and the stop that refuses nobody; real processes."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import grpc
import pytest
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc
from seldon_standin.orchestrator import messages

from ....ports import free_port, free_ports
from ....waiting import PATIENCE
from .component import ROW, Component, Orchestrator, Peer, node, post, read_answer


@pytest.fixture
def component() -> Iterator[Component]:
    made = Component()
    yield made
    made.close()


def _started(graph: dict[str, object], folder: Path, *arguments: str, **env: str) -> Orchestrator:
    return Orchestrator(graph, folder, arguments=arguments or ("--shutdown_delay", "0s"), env=env)


def test_a_stop_refuses_nobody_and_finishes_what_runs(component: Component, tmp_path: Path) -> None:
    asked, go_on = threading.Event(), threading.Event()

    def wait_for_the_first(peer: Peer) -> None:
        while (request := peer.request()) is not None:
            if b"slow" in request[1]:
                asked.set()
                go_on.wait(PATIENCE)
            peer.answer(ROW)

    component.behave = wait_for_the_first
    orchestrator = _started(node("m", component), tmp_path, "--shutdown_delay", "1s")
    try:
        with orchestrator.connect() as running:
            running.sendall(post(b"slow"))
            assert asked.wait(PATIENCE)
            orchestrator.process.send_signal(signal.SIGTERM)
            while orchestrator.get("/ready").status != 503:
                time.sleep(0.01)
            assert orchestrator.post().status == 200  # a new connection, though the pod is unready
            while b"stopped listening" not in orchestrator.log.read_bytes():
                time.sleep(0.01)
            go_on.set()
            assert read_answer(running).body == ROW
        assert orchestrator.process.wait(PATIENCE) == 0
    finally:
        orchestrator.close()


def test_a_dead_sink_costs_no_prediction(component: Component, tmp_path: Path) -> None:
    dead = free_port()
    graph = node("m", component, logger={"mode": "all", "url": f"http://127.0.0.1:{dead}/"})
    orchestrator = _started(graph, tmp_path, "--shutdown_delay", "0s", "--log_work_buffer_size", "5")
    try:
        with orchestrator.connect() as connection:
            rest = bytearray()
            for _ in range(300):
                connection.sendall(post(ROW))
                assert read_answer(connection, rest).body == ROW
        assert "request logging" in orchestrator.log.read_text()
    finally:
        orchestrator.close()


def test_injected_routing_is_in_the_answers_meta(component: Component, tmp_path: Path) -> None:
    def with_meta(peer: Peer) -> None:
        while peer.request() is not None:
            peer.answer(b'{"meta":{},"data":{"ndarray":[[10.0]]}}\n')

    component.behave = with_meta
    orchestrator = _started(node("m", component), tmp_path, SELDON_ENABLE_ROUTING_INJECTION="true")
    try:
        assert orchestrator.post().body == b'{"data":{"ndarray":[[10]]},"meta":{"routing":{"m":-1}}}'
    finally:
        orchestrator.close()


def test_what_cannot_be_injected_into_still_answers(component: Component, tmp_path: Path) -> None:
    bodies = [b'{"data":{"ndarray":[[1e999]]},"meta":{}}', b'{"data":{"ndarray":[[NaN]]},"meta":{}}']
    bodies += [b'{"meta":{},"jsonData":' + b"[" * depth + b"]" * depth + b"}" for depth in (3000, 100000)]
    body = b""

    def answer(peer: Peer) -> None:
        while peer.request() is not None:
            peer.answer(body)

    component.behave = answer
    orchestrator = _started(node("m", component), tmp_path, SELDON_ENABLE_ROUTING_INJECTION="true")
    try:
        for body in bodies:
            got = orchestrator.post()
            assert got.status == 200
            # Neither of these can be read and written again: numbers beyond a float64, no JSON, nesting without end.
            assert got.body == body
    finally:
        orchestrator.close()


def test_grpc_tells_what_it_serves_and_that_a_component_is_gone(component: Component, tmp_path: Path) -> None:
    graph = node("m", component)
    graph["endpoint"].update(zip(("service_port", "httpPort", "grpcPort"), free_ports(1) * 3, strict=True))
    orchestrator = _started(graph, tmp_path)
    try:
        with grpc.insecure_channel(f"127.0.0.1:{orchestrator.grpc_port}") as channel:
            ask = reflection_pb2_grpc.ServerReflectionStub(channel).ServerReflectionInfo
            (answer,) = ask(iter([reflection_pb2.ServerReflectionRequest(list_services="")]), timeout=PATIENCE)
            assert "seldon.protos.Seldon" in [one.name for one in answer.list_services_response.service]
            predict = channel.unary_unary(f"/{messages.PACKAGE}.Seldon/Predict")
            with pytest.raises(grpc.RpcError) as caught:
                predict(b"", timeout=PATIENCE)
        assert caught.value.code() is grpc.StatusCode.UNAVAILABLE
        assert "connection refused" in caught.value.details()
        assert orchestrator.get("/ready").status == 503
    finally:
        orchestrator.close()


def test_without_a_predictor_it_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="ENGINE_PREDICTOR is not base64 of JSON"):
        Orchestrator({}, tmp_path, env={"ENGINE_PREDICTOR": "e30"})


def test_a_deep_graph_with_one_name_everywhere_answers(component: Component, tmp_path: Path) -> None:
    graph = node("same", component)
    for _ in range(180):
        graph = node("same", component, "TRANSFORMER", graph)
    orchestrator = _started(graph, tmp_path)
    try:
        assert orchestrator.post().body == ROW
        assert orchestrator.get("/ready").status == 200
    finally:
        orchestrator.close()
