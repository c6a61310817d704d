"""The proxy on Seldon's real wrapper, before two small servers that keep what TensorFlow Serving would be asked.

The real server for TensorFlow takes their place in tests/servers/test_tfserving_proxy.py.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import subprocess
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import grpc
import pytest
from packaging.utils import canonicalize_name
from seldon_standin.orchestrator import messages

from tests.conformance.interpreters import environment, lesson_python
from tests.conformance.plan import free_ports
from tests.waiting import PATIENCE, until

ROOT = Path(__file__).parents[3]
PROXY = ROOT / "standin/tfserving-proxy"
PREDICT = "/tensorflow.serving.PredictionService/Predict"
# Wire format, as TensorFlow Serving's predict.proto has it: model_spec with name and signature_name, and one input.
SPEC = b"\x0a\x0e\x0a\x06flower\x1a\x04rows"
FLOATS = b"\x08\x01\x12\x08\x12\x02\x08\x01\x12\x02\x08\x02" + b"\x22\x08\x00\x00\x80\x3f\x00\x00\x00\x40"
DOUBLES = b"\x08\x02\x12\x04\x12\x02\x08\x01\x32\x08" + bytes(8)
TEXT = b"\x08\x07\x12\x04\x12\x02\x08\x01\x42\x03one"
TRUE = b"\x08\x0a\x12\x04\x12\x02\x08\x01\x22\x01\x01"


def entry(name: bytes, tensor: bytes) -> bytes:
    inside = b"\x0a" + bytes([len(name)]) + name + b"\x12" + bytes([len(tensor)]) + tensor
    return bytes([len(inside)]) + inside


ANSWER = b"\x12\x08\x0a\x06flower" + b"\x0a" + entry(b"chances", FLOATS)


@dataclass
class Serving:
    """Stands for TensorFlow Serving; a test says what it answers over REST."""

    rest: int = 0
    grpc: int = 0
    status: int = 200
    answer: bytes = b'{"predictions": [[0.25, 0.75]]}'
    asked: list[tuple[str, Any]] = field(default_factory=list)


@pytest.fixture(scope="module")
def running() -> Iterator[Serving]:
    serving = Serving()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            serving.asked.append((self.path, json.loads(body)))
            self.send_response(serving.status)
            self.send_header("Content-Length", str(len(serving.answer)))
            self.end_headers()
            self.wfile.write(serving.answer)

        def log_message(self, format: str, *args: object) -> None:
            pass

    def predict(request: bytes, context: grpc.ServicerContext) -> bytes:
        serving.asked.append((PREDICT, request))
        if serving.status != 200:
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, "Matrix size-incompatible")
        return ANSWER

    rest = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=rest.serve_forever, daemon=True).start()
    with ThreadPoolExecutor(2) as pool:
        rpc = grpc.server(pool)
        methods = {"Predict": grpc.unary_unary_rpc_method_handler(predict)}
        rpc.add_generic_rpc_handlers(
            [grpc.method_handlers_generic_handler("tensorflow.serving.PredictionService", methods)]
        )
        serving.rest, serving.grpc = rest.server_port, rpc.add_insecure_port("127.0.0.1:0")
        rpc.start()
        yield serving
        rpc.stop(0).wait()
    rest.shutdown()
    rest.server_close()


@pytest.fixture
def serving(running: Serving) -> Serving:
    running.status, running.answer = 200, b'{"predictions": [[0.25, 0.75]]}'
    running.asked.clear()
    return running


@dataclass
class Proxy:
    rest: int
    grpc: int

    def post(self, message: object) -> tuple[int, Any]:
        connection = http.client.HTTPConnection("127.0.0.1", self.rest, timeout=PATIENCE)
        try:
            connection.request("POST", "/predict", json.dumps(message), {"Content-Type": "application/json"})
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            connection.close()

    def call(self, message: bytes) -> bytes:
        """Bytes of a SeldonMessage to bytes of one."""
        with grpc.insecure_channel(f"127.0.0.1:{self.grpc}") as channel:
            return bytes(channel.unary_unary("/seldon.protos.Model/Predict")(message, timeout=PATIENCE))


def started(serving: Serving, folder: Path, more: dict[str, str]) -> Iterator[Proxy]:
    ports = dict(zip(("HTTP_", "GRPC_", "METRICS_"), free_ports(3), strict=True))
    values = {
        "rest_endpoint": f"http://127.0.0.1:{serving.rest}",
        "grpc_endpoint": f"127.0.0.1:{serving.grpc}",
        "model_name": "flower",
        **more,
    }
    parameters = [{"name": name, "value": value, "type": "STRING"} for name, value in values.items()]
    env = {f"PREDICTIVE_UNIT_{name}SERVICE_PORT": str(port) for name, port in ports.items()}
    env |= {"PREDICTIVE_UNIT_PARAMETERS": json.dumps(parameters), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [lesson_python().with_name("seldon-core-microservice"), "TfServingProxy", "--service-type", "MODEL"]
    log = folder / "proxy.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=PROXY, env=environment(env), stdout=output, stderr=output, start_new_session=True
        )

    def ready() -> bool:
        assert process.poll() is None, log.read_text()[-2000:]
        with grpc.insecure_channel(f"127.0.0.1:{ports['GRPC_']}") as channel:
            try:
                grpc.channel_ready_future(channel).result(1)
                return proxy.post({"data": {}})[0] != 0
            except (OSError, grpc.FutureTimeoutError):
                return False

    proxy = Proxy(ports["HTTP_"], ports["GRPC_"])
    try:
        until(ready, "the proxy")
        yield proxy
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@pytest.fixture(scope="module")
def proxy(running: Serving, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    names = {"signature_name": "rows", "model_input": "x", "model_output": "chances"}
    yield from started(running, tmp_path_factory.mktemp("proxy"), names)


ROWS = {"ndarray": [[1.0, 2.0]]}, {"tensor": {"shape": [1, 2], "values": [1.0, 2.0]}}


@pytest.mark.parametrize("data", ROWS, ids=("ndarray", "tensor"))
def test_rows_become_instances_and_predictions_rows(serving: Serving, proxy: Proxy, data: dict[str, Any]) -> None:
    status, answer = proxy.post({"data": data})
    assert serving.asked == [("/v1/models/flower:predict", {"instances": [[1.0, 2.0]], "signature_name": "rows"})]
    kind = next(iter(data))
    rows = {"ndarray": [[0.25, 0.75]], "tensor": {"shape": [1, 2], "values": [0.25, 0.75]}}[kind]
    assert (status, answer["data"][kind]) == (200, rows)


def test_a_number_for_each_row_becomes_one_row(serving: Serving, proxy: Proxy) -> None:
    serving.answer = b'{"predictions": [1.0, 2.0, 3.0]}'
    assert proxy.post({"data": {"ndarray": [[1], [2], [3]]}})[1]["data"]["ndarray"] == [[1.0, 2.0, 3.0]]


def test_json_goes_to_tensorflow_serving_and_back_as_it_is(serving: Serving, proxy: Proxy) -> None:
    serving.answer = b'{"outputs": {"deep": [1]}}'
    asked = {"inputs": {"count": [1]}, "signature_name": "named"}
    assert proxy.post({"jsonData": asked}) == (200, {"jsonData": {"outputs": {"deep": [1]}}, "meta": {}})
    assert serving.asked == [("/v1/models/flower:predict", asked)]


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        (b'{"error": "Matrix size-incompatible"}', {"jsonData": {"error": "Matrix size-incompatible"}}),
        (b"upstream is gone", {"strData": "upstream is gone"}),
    ],
)
def test_an_error_of_tensorflow_serving_is_an_answer(
    serving: Serving, proxy: Proxy, said: bytes, answer: dict[str, Any]
) -> None:
    serving.status, serving.answer = 400, said
    assert proxy.post({"data": ROWS[0]}) == (200, {**answer, "meta": {}})


def test_a_tensor_of_tensorflow_in_json_is_asked_over_grpc(serving: Serving, proxy: Proxy) -> None:
    shape = {"dim": [{"size": "1"}, {"size": "2"}]}
    tensor = {"dtype": "DT_FLOAT", "tensorShape": shape, "tensorContent": "AACAPwAAAEA="}
    status, answer = proxy.post({"data": {"tftensor": tensor}})
    assert (status, answer["data"]["tftensor"]) == (200, tensor)
    assert serving.asked == [(PREDICT, SPEC + b"\x12" + entry(b"x", FLOATS))]


def message(kind: str, **values: Any) -> bytes:
    made = messages.new("SeldonMessage")
    if kind == "ndarray":
        made.data.ndarray.extend(values["rows"])
    else:
        made.data.tensor.shape.extend([1, 2])
        made.data.tensor.values.extend([1.0, 2.0])
    return made.SerializeToString()


def of_tensor(tensor: bytes) -> bytes:
    """A SeldonMessage whose data is a tftensor, which is field 4 of DefaultData."""
    data = b"\x22" + bytes([len(tensor)]) + tensor
    return b"\x1a" + bytes([len(data)]) + data


@pytest.mark.parametrize(
    ("sent", "tensor"),
    [
        (message("ndarray", rows=[[1.0, 2.0]]), FLOATS),
        (message("tensor"), FLOATS),
        (message("ndarray", rows=["one"]), TEXT),
        (message("ndarray", rows=[True]), TRUE),
        (of_tensor(DOUBLES), DOUBLES),
    ],
    ids=("ndarray", "tensor", "text", "truth", "tftensor"),
)
def test_data_over_grpc_becomes_a_named_input(serving: Serving, proxy: Proxy, sent: bytes, tensor: bytes) -> None:
    assert proxy.call(sent) == of_tensor(FLOATS)
    assert serving.asked == [(PREDICT, SPEC + b"\x12" + entry(b"x", tensor))]


def test_packed_request_goes_on_with_the_node_s_model_and_comes_back_packed(serving: Serving, proxy: Proxy) -> None:
    packed = messages.new("SeldonMessage")
    packed.customData.type_url = "type.googleapis.com/tensorflow.serving.PredictRequest"
    # Another model's name, its version 7 in a field that the proxy does not know, and two inputs.
    inputs = b"\x12" + entry(b"a", FLOATS) + b"\x12" + entry(b"b", TEXT)
    packed.customData.value = b"\x0a\x0b\x0a\x05other\x12\x02\x08\x07" + inputs
    answer = messages.CLASSES["SeldonMessage"].FromString(proxy.call(packed.SerializeToString()))
    assert answer.customData.type_url == "type.googleapis.com/tensorflow.serving.PredictResponse"
    assert answer.customData.value in (ANSWER, ANSWER[10:] + ANSWER[:10])
    ((_, asked),) = serving.asked
    assert asked.startswith(b"\x0a\x12\x0a\x06flower\x1a\x04rows\x12\x02\x08\x07")
    assert b"\x12" + entry(b"a", FLOATS) in asked
    assert b"\x12" + entry(b"b", TEXT) in asked


def test_an_error_of_tensorflow_serving_is_in_that_of_grpc(serving: Serving, proxy: Proxy) -> None:
    serving.status = 400
    with pytest.raises(grpc.RpcError) as raised:
        proxy.call(message("tensor"))
    assert raised.value.code() is grpc.StatusCode.UNKNOWN
    assert "INVALID_ARGUMENT" in raised.value.details()
    assert "Matrix size-incompatible" in raised.value.details()


def test_text_over_grpc_is_refused_in_the_original_s_words(serving: Serving, proxy: Proxy) -> None:
    text = messages.new("SeldonMessage")
    text.strData = "rows"
    with pytest.raises(grpc.RpcError) as raised:
        proxy.call(text.SerializeToString())
    assert raised.value.details() == "Exception calling application: strData, binData and jsonData not supported."
    assert serving.asked == []


def test_node_without_names_of_tensors_is_told(running: Serving, tmp_path: Path) -> None:
    for proxy in started(running, tmp_path, {}):
        with pytest.raises(grpc.RpcError) as raised:
            proxy.call(message("tensor"))
        assert "parameters model_input and model_output" in raised.value.details()
        running.status, running.answer = 200, b'{"predictions": [[0.5]]}'
        assert proxy.post({"data": ROWS[0]})[1]["data"]["ndarray"] == [[0.5]]
        assert running.asked[-1][1]["signature_name"] == "serving_default"


def test_image_has_the_packages_that_these_tests_run_with() -> None:
    """The lesson's lock names them with hashes; what the image installs is the same, so that it works as tested."""
    locked = set(re.findall(r"(?m)^(\S+==\S+)", (ROOT / "scripts/lesson.lock").read_text()))
    wanted = (PROXY / "requirements.txt").read_text().split()
    pinned = {f"{canonicalize_name(name)}=={version}" for name, version in (one.split("==") for one in wanted)}
    assert pinned
    assert pinned - locked == set()
