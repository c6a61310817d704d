"""The Open Inference Protocol: what a client may ask, and what the components of a graph are asked in turn."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from concurrent import futures
from pathlib import Path
from queue import Queue
from typing import Any

import grpc
import pytest
from seldon_standin.orchestrator import v2_messages

from ....waiting import PATIENCE
from .component import Component, Orchestrator, Peer, node

BODY = {"id": "7", "inputs": [{"name": "x", "shape": [1], "datatype": "FP64", "data": [1.5]}]}
V2 = ("--shutdown_delay", "0s", "--protocol", "v2")


class Node:
    """A component that names itself in its answer and keeps what it is asked."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.component = Component()
        self.component.behave = self._serve
        self.asked: list[tuple[str, Any]] = []

    def _serve(self, peer: Peer) -> None:
        while (request := peer.request()) is not None:
            head, body = request
            self.asked.append((head.decode().split(" ")[1], json.loads(body) if body else None))
            output = {"name": f"of {self.name}", "shape": [1], "datatype": "FP64", "data": [2.0]}
            answer = {"model_name": self.name, "id": "7", "outputs": [output]}
            peer.answer(json.dumps(answer).encode())


@pytest.fixture(scope="module")
def nodes() -> Iterator[dict[str, Node]]:
    made = {name: Node(name) for name in ("t", "m", "o", "r", "c")}
    yield made
    for one in made.values():
        one.component.close()


@pytest.fixture(autouse=True)
def _forget(nodes: dict[str, Node]) -> None:
    for one in nodes.values():
        one.asked.clear()


@pytest.fixture(scope="module")
def chain(nodes: dict[str, Node], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Orchestrator]:
    model = node("m", nodes["m"].component)
    transformer = node("t", nodes["t"].component, "TRANSFORMER", model)
    graph = node("o", nodes["o"].component, "OUTPUT_TRANSFORMER", transformer)
    made = Orchestrator(graph, tmp_path_factory.mktemp("orchestrator"), arguments=V2)
    yield made
    made.close()


def infer(orchestrator: Orchestrator, path: str = "/v2/models/infer", body: object = BODY) -> Any:
    answer = orchestrator.post(json.dumps(body).encode(), path=path)
    assert answer.status == 200, answer.body
    return json.loads(answer.body)


def test_the_outputs_of_a_node_are_the_inputs_of_the_next(chain: Orchestrator, nodes: dict[str, Node]) -> None:
    answer = infer(chain)
    assert answer["model_name"] == "o"
    [(_, first)], [(_, second)], [(_, third)] = nodes["t"].asked, nodes["m"].asked, nodes["o"].asked
    assert first == BODY
    for sent, name in ((second, "t"), (third, "m")):
        inputs = [{"name": f"of {name}", "shape": [1], "datatype": "FP64", "data": [2]}]
        assert sent == {"model_name": name, "id": "7", "inputs": inputs}


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("/v2/models/infer", ["/v2/models/t/infer", "/v2/models/m/infer", "/v2/models/o/infer"]),
        ("/v2/models/some/infer", ["/v2/models/some/infer"] * 3),
        ("/v2/models/a%20b/infer", ["/v2/models/a%20b/infer"] * 3),
    ],
)
def test_a_name_in_the_path_goes_to_every_node(
    chain: Orchestrator, nodes: dict[str, Node], path: str, asked: list[str]
) -> None:
    infer(chain, path)
    assert [nodes[name].asked[0][0] for name in ("t", "m", "o")] == asked


@pytest.mark.parametrize(
    ("path", "asked"), [("/v2/models/m", "/v2/models/m"), ("/v2/models/m/ready", "/v2/models/m/ready")]
)
def test_one_node_can_be_asked_about(chain: Orchestrator, nodes: dict[str, Node], path: str, asked: str) -> None:
    assert chain.get(path).status == 200
    assert nodes["m"].asked == [(asked, None)]


@pytest.mark.parametrize("path", ["/v2/models/other", "/v2/models/other/ready"])
def test_a_name_that_no_node_has_is_told(chain: Orchestrator, path: str) -> None:
    assert chain.get(path).info == "Failed to find model other"


@pytest.mark.parametrize(
    ("path", "get", "post"),
    [
        ("/v2/health/ready", 200, 405),
        ("/v2/health/live", 404, 404),
        ("/v2/models/m/infer", 405, 200),
        ("/v2/models/m/versions/1", 404, 404),
        ("/v2/models/m/infer/", 404, 404),
        ("/v2/models/", 404, 404),
        ("/v2", 404, 404),
        ("/api/v1.0/predictions", 404, 404),
        ("/api/v1.0/feedback", 404, 404),
        ("/ready", 200, 200),
    ],
)
def test_which_paths_there_are(chain: Orchestrator, path: str, get: int, post: int) -> None:
    assert (chain.get(path).status, chain.post(json.dumps(BODY).encode(), path=path).status) == (get, post)


@pytest.mark.parametrize(
    ("body", "info"),
    [
        (b"", "unexpected end of JSON input"),
        (b"hello", "invalid character 'h' looking for beginning of value"),
        (b"{}", "Failed to convert kfserving response so it could be chained to new input"),
        (b"[1]", "the message is JSON, but no object; Seldon Core closes the connection here"),
        (b"null", "the message is JSON, but no object; Seldon Core closes the connection here"),
    ],
)
def test_what_is_no_request_reaches_no_component(
    chain: Orchestrator, nodes: dict[str, Node], body: bytes, info: str
) -> None:
    answer = chain.post(body, path="/v2/models/infer")
    assert (answer.status, answer.info) == (500, info)
    assert not nodes["t"].asked


def test_a_router_and_a_combiner_are_asked_on_paths_of_their_own(nodes: dict[str, Node], tmp_path: Path) -> None:
    def route(peer: Peer) -> None:
        while (request := peer.request()) is not None:
            nodes["r"].asked.append((request[0].decode().split(" ")[1], None))
            peer.answer(b"[1]")

    nodes["r"].component.behave = route
    children = node("m", nodes["m"].component), node("t", nodes["t"].component)
    combiner = node("c", nodes["c"].component, "COMBINER", *children)
    orchestrator = Orchestrator(
        node("r", nodes["r"].component, "ROUTER", node("x", None), combiner), tmp_path, arguments=V2
    )
    try:
        assert infer(orchestrator)["model_name"] == "c"
    finally:
        orchestrator.close()
    assert [path for path, _ in nodes["r"].asked] == ["/v2/models/r/route"]
    [(path, answers)] = nodes["c"].asked
    assert path == "/v2/models/c/aggregate"
    assert [answer["model_name"] for answer in answers] == ["m", "t"]


def test_a_packed_answer_goes_on_and_is_logged_unpacked(tmp_path: Path) -> None:
    answer = json.dumps({"model_name": "m", "outputs": []}).encode()
    packed, told = gzip.compress(answer), Queue[tuple[bytes, bytes]]()

    def infer_packed(peer: Peer) -> None:
        while peer.request() is not None:
            peer.answer(packed, more="Content-Type: application/json\r\nContent-Encoding: gzip\r\n")

    def take_event(peer: Peer) -> None:
        while (request := peer.request()) is not None:
            told.put(request)
            peer.answer(b"")

    model, sink = Component(), Component()
    model.behave, sink.behave = infer_packed, take_event
    logger = {"mode": "response", "url": f"http://127.0.0.1:{sink.port}/"}
    orchestrator = Orchestrator(node("m", model, logger=logger), tmp_path, arguments=V2)
    try:
        body = json.dumps(BODY).encode()
        got = orchestrator.post(body, path="/v2/models/infer", more="Accept-Encoding: gzip\r\n")
        head, event = told.get(timeout=PATIENCE)
    finally:
        orchestrator.close()
        model.close()
        sink.close()
    assert (got.headers["Content-Encoding"], got.body) == ("gzip", packed)
    assert event == answer
    assert b"Ce-Protocol: v2" in head


def _message(kind: str, **fields: Any) -> Any:
    return v2_messages.CLASSES[kind](**fields)


class GrpcModel(grpc.GenericRpcHandler):
    """A model over gRPC that gives its inputs back as outputs, and keeps the requests."""

    def __init__(self) -> None:
        self.requests: list[Any] = []
        self.server = grpc.server(futures.ThreadPoolExecutor(2))
        self.server.add_generic_rpc_handlers((self,))
        self.port = self.server.add_insecure_port("127.0.0.1:0")
        self.server.start()

    def service(self, details: grpc.HandlerCallDetails) -> Any:
        method = str(details.method).rpartition("/")[2]
        return grpc.unary_unary_rpc_method_handler(
            lambda body, context: getattr(self, method)(body).SerializeToString()
        )

    def ModelInfer(self, body: bytes) -> Any:
        request: Any = v2_messages.CLASSES["ModelInferRequest"].FromString(body)
        self.requests.append(request)
        answer = _message("ModelInferResponse", model_name=request.model_name)
        answer.parameters["from"].string_param = request.model_name
        for tensor in request.inputs:
            answer.outputs.add(name=tensor.name + "'", shape=tensor.shape, datatype=tensor.datatype)
        return answer

    def ModelReady(self, body: bytes) -> Any:
        return _message("ModelReadyResponse", ready=True)


def call(orchestrator: Orchestrator, method: str, request: Any) -> Any:
    answer = v2_messages.CLASSES[f"{method}Response"]
    with grpc.insecure_channel(f"127.0.0.1:{orchestrator.grpc_port}") as channel:
        path = f"/{v2_messages.SERVICE}/{method}"
        return channel.unary_unary(path, response_deserializer=answer.FromString)(request.SerializeToString())


@pytest.fixture(scope="module")
def model() -> Iterator[GrpcModel]:
    made = GrpcModel()
    yield made
    made.server.stop(None)


@pytest.fixture(scope="module")
def two_models(model: GrpcModel, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Orchestrator]:
    endpoint = {"service_host": "localhost", "service_port": 1, "httpPort": 1, "grpcPort": model.port}
    graph = node("a", None, "MODEL", node("b", None, endpoint=endpoint), endpoint=endpoint)
    made = Orchestrator(graph, tmp_path_factory.mktemp("orchestrator"), arguments=V2)
    yield made
    made.close()


@pytest.mark.parametrize(("asked", "called"), [("", ["a", "b"]), ("given", ["given", "given"])])
def test_models_follow_each_other_over_grpc(
    two_models: Orchestrator, model: GrpcModel, asked: str, called: list[str]
) -> None:
    model.requests.clear()
    request = _message("ModelInferRequest", model_name=asked, id="7")
    request.inputs.add(name="x", shape=[1], datatype="FP64")
    answer = call(two_models, "ModelInfer", request)
    assert [tensor.name for tensor in answer.outputs] == ["x''"]
    assert [one.model_name for one in model.requests] == called
    assert [one.id for one in model.requests] == ["7", ""]
    assert model.requests[1].parameters["from"].string_param == called[0]


def test_a_model_is_ready_over_grpc(two_models: Orchestrator) -> None:
    assert call(two_models, "ModelReady", _message("ModelReadyRequest", name="b")).ready


@pytest.mark.parametrize(
    ("method", "fields", "code", "details"),
    [
        ("ModelReady", {"name": "other"}, grpc.StatusCode.UNKNOWN, "Failed to find model other"),
        ("ServerLive", {}, grpc.StatusCode.INTERNAL, "Seldon Core stops here"),
    ],
)
def test_what_grpc_does_not_have_is_told(
    two_models: Orchestrator, method: str, fields: dict[str, str], code: grpc.StatusCode, details: str
) -> None:
    with pytest.raises(grpc.RpcError) as raised:
        call(two_models, method, _message(f"{method}Request", **fields))
    error: Any = raised.value
    assert error.code() is code
    assert details in error.details()


@pytest.mark.parametrize(
    ("path", "details"),
    [
        ("/seldon.protos.Seldon/Predict", "unknown service seldon.protos.Seldon"),
        (f"/{v2_messages.SERVICE}/Nothing", f"unknown method Nothing for service {v2_messages.SERVICE}"),
    ],
)
def test_another_service_is_refused_in_gos_words(two_models: Orchestrator, path: str, details: str) -> None:
    with (
        grpc.insecure_channel(f"127.0.0.1:{two_models.grpc_port}") as channel,
        pytest.raises(grpc.RpcError) as raised,
    ):
        channel.unary_unary(path)(b"")
    error: Any = raised.value
    assert (error.code(), error.details()) == (grpc.StatusCode.UNIMPLEMENTED, details)
