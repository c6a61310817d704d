"""The server of more/frameworks for TensorFlow, with a real SavedModel: TensorFlow Serving's REST and gRPC API."""

from __future__ import annotations

import http.client
import json
import signal
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.conformance.interpreters import environment, python_with
from tests.ports import free_port
from tests.waiting import until

HERE = Path(__file__).parent
SERVER = HERE.parents[1] / "more/frameworks/assets/tf-server/model_server.py"
QUIET = {"TF_CPP_MIN_LOG_LEVEL": "3"}
PREDICT = "/v1/models/doubler:predict"


@dataclass
class Served:
    process: subprocess.Popen[str]
    rest: int
    grpc: int

    def ask(self, method: str, path: str, body: bytes | None = None) -> tuple[int, Any]:
        """The status and the JSON of the answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.rest, timeout=60)
        try:
            connection.request(method, path, body, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            text = answer.read()
            return answer.status, json.loads(text) if text else None
        finally:
            connection.close()

    def predict(self, request: object, path: str = PREDICT) -> tuple[int, Any]:
        return self.ask("POST", path, json.dumps(request).encode())


def start(models: Path) -> Served:
    rest, grpc = free_port(), free_port()
    arguments = [f"--port={grpc}", f"--rest_api_port={rest}", "--model_name=doubler", f"--model_base_path={models}"]
    process = subprocess.Popen(
        [python_with("tensorflow"), SERVER, *arguments], text=True, stdout=subprocess.PIPE, env=environment(QUIET)
    )
    assert process.stdout is not None
    assert "not TensorFlow Serving" in process.stdout.readline()
    return Served(process, rest, grpc)


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the versions 1, which is none, and 2."""
    folder = tmp_path_factory.mktemp("models")
    (folder / "1").mkdir()
    command = [python_with("tensorflow"), HERE / "make_model.py", folder / "2"]
    subprocess.run(command, check=True, env=environment(QUIET), stderr=subprocess.DEVNULL)
    return folder


@pytest.fixture(scope="module")
def served(models: Path) -> Iterator[Served]:
    served = start(models)
    yield served
    served.process.kill()
    served.process.communicate()


def test_rows_are_answered_with_rows(served: Served) -> None:
    assert served.predict({"instances": [[1, 2, 3, 4], [0.1, 0, 0, 0]]}) == (
        200,
        {"predictions": [[2.0, 4.0, 6.0, 8.0], [0.2, 0.0, 0.0, 0.0]]},
    )


def test_columns_are_answered_with_columns(served: Served) -> None:
    assert served.predict({"inputs": [[1, 2, 3, 4]]}) == (200, {"outputs": [[2.0, 4.0, 6.0, 8.0]]})


def test_several_inputs_and_outputs_have_names(served: Served) -> None:
    rows = [{"count": 1, "text": "one"}, {"count": 2, "text": {"b64": "dHdv"}}]
    assert served.predict({"signature_name": "named", "instances": rows}) == (
        200,
        {
            "predictions": [
                {"more": 2, "raw_bytes": {"b64": "b25l"}, "text": "one"},
                {"more": 3, "raw_bytes": {"b64": "dHdv"}, "text": "two"},
            ]
        },
    )


def test_status_names_the_newest_version(served: Served) -> None:
    status = {"version": "2", "state": "AVAILABLE", "status": {"error_code": "OK", "error_message": ""}}
    assert served.ask("GET", "/v1/models/doubler") == (200, {"model_version_status": [status]})


def test_metadata_tells_what_goes_in(served: Served) -> None:
    code, answer = served.ask("GET", "/v1/models/doubler/versions/2/metadata")
    assert (code, answer["model_spec"]["version"]) == (200, "2")
    signature = answer["metadata"]["signature_def"]["signature_def"]["serving_default"]
    assert signature["inputs"]["numbers"]["dtype"] == "DT_FLOAT"
    assert [one["size"] for one in signature["inputs"]["numbers"]["tensor_shape"]["dim"]] == ["-1", "4"]


OF_TWO = "signature_name"
WRONG = {
    "a row that is too short": ({"instances": [[1, 2, 3]]}, "Matrix size-incompatible: In[0]: [1,3], In[1]: [4,4]"),
    "rows of different lengths": (
        {"instances": [[1, 2, 3, 4], [1, 2, 3]]},
        "element: 1 of 'instances' list. Error: INVALID_ARGUMENT: Expecting tensor size: 4 but got: 3",
    ),
    "text for a number": (
        {"instances": [[1, 2, 3, "four"]]},
        'JSON Value: "four" Type: String is not of expected type: float',
    ),
    "a list in a number's place": (
        {"instances": [[1, 2, 3, [4]]]},
        "Encountered list at unexpected level: 1 expected < 1",
    ),
    "a number in a list's place": ({"inputs": [[1, 2, 3, 4], 5]}, "JSON Value: 5 found at incorrect level: 2"),
    "a number larger than any": ({"instances": [[1, 2, 3, 10**400]]}, "Failed to process element: 0"),
    "forty dimensions": ({"inputs": json.loads("[" * 80 + "]" * 80)}, "maximum"),
    "no rows": ({"instances": []}, "No values in 'instances' array"),
    "no list": ({"instances": 5}, "Expecting 'instances' to be an list/array"),
    "rows and columns": ({"instances": [[1]], "inputs": [[1]]}, "expecting only one of 'inputs' or 'instances' keys"),
    "Seldon's own message": ({"data": {"ndarray": [[1, 2, 3, 4]]}}, "Missing 'inputs' or 'instances' key"),
    "a list": ([1], "JSON Value: [1] Is not object"),
    "an unknown signature": (
        {"signature_name": "other", "instances": [[1]]},
        'Serving signature name: "other" not found in signature def',
    ),
    "an input that is missing": (
        {OF_TWO: "named", "instances": [{"count": 1}]},
        """JSON object: {"count": 1} keys must be equal to: count,text""",
    ),
    "an input that is unknown": ({OF_TWO: "named", "instances": [{"x": 1}]}, "does not have named input: x"),
    "values without names": (
        {OF_TWO: "named", "instances": [1]},
        "instances is a plain list, but expecting list of objects",
    ),
    "a fraction for a whole number": (
        {OF_TWO: "named", "instances": [{"count": 1.5, "text": "one"}]},
        "JSON Value: 1.5 Type: Number is not of expected type: int32",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_request_is_told_in_tensorflow_serving_s_words(served: Served, name: str) -> None:
    request, words = WRONG[name]
    code, answer = served.predict(request)
    assert code == 400
    assert words in answer["error"]


@pytest.mark.parametrize(
    ("method", "path", "code", "words"),
    [
        ("POST", "/v1/models/other:predict", 404, "Servable not found for request: Latest(other)"),
        ("POST", "/v1/models/doubler/versions/1:predict", 404, "Servable not found for request: Specific(doubler, 1)"),
        ("POST", "/v1/models/doubler/labels/best:predict", 404, "Unrecognized servable version label: best"),
        ("GET", "/v1/models/other", 404, "Servable not found for request: Latest(other)"),
        ("POST", "/v1/models/doubler", 400, "Malformed request: POST /v1/models/doubler"),
        ("GET", PREDICT, 400, f"Malformed request: GET {PREDICT}"),
        ("GET", "/v1/models", 400, "Missing model name in request."),
    ],
)
def test_wrong_path_is_told(served: Served, method: str, path: str, code: int, words: str) -> None:
    assert served.ask(method, path, b"{}" if method == "POST" else None) == (code, {"error": words})


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b'{"instances": [[1, 2'])
def test_what_is_no_json_is_told(served: Served, body: bytes) -> None:
    code, answer = served.ask("POST", PREDICT, body)
    assert code == 400
    assert answer["error"].startswith("JSON Parse error: ")


def test_each_of_many_connections_gets_its_own_answer(served: Served) -> None:
    def ask(number: int) -> Any:
        return served.predict({"instances": [[number, 0, 0, 0]]})[1]["predictions"][0][0]

    with ThreadPoolExecutor(16) as pool:
        assert list(pool.map(ask, range(64))) == [2.0 * number for number in range(64)]


def test_grpc_answers_and_refuses(served: Served) -> None:
    command = [python_with("tensorflow"), HERE / "grpc_client.py", str(served.grpc)]
    result = subprocess.run(command, check=True, env=environment(QUIET), capture_output=True, text=True)
    said = json.loads(result.stdout)
    assert said["predict"] == {"version": 2, "doubled": [[2.0, 4.0, 6.0, 8.0]]}
    assert said["status"]["model_version_status"][0]["state"] == "AVAILABLE"
    assert said["metadata"] == {"name": "doubler", "version": "2"}
    refused = {name: (answer[0], answer[1][:25]) for name, answer in said.items() if isinstance(answer, list)}
    assert refused == {
        "three numbers": ("INVALID_ARGUMENT", "Matrix size-incompatible:"),
        "another type": ("INVALID_ARGUMENT", "Type mismatch: actual int"),
        "another input": ("INVALID_ARGUMENT", "input size does not match"),
        "another model": ("NOT_FOUND", "Servable not found for re"),
        "another signature": ("INVALID_ARGUMENT", 'Serving signature name: "'),
    }


def test_end_is_orderly(models: Path) -> None:
    served = start(models)
    until(lambda: served.ask("GET", "/v1/models/doubler")[0] == 200)
    served.process.send_signal(signal.SIGTERM)
    served.process.communicate()
    assert served.process.returncode == 0


def test_folder_without_a_version_is_told(tmp_path: Path) -> None:
    command = [python_with("tensorflow"), SERVER, "--model_name=doubler", f"--model_base_path={tmp_path}"]
    result = subprocess.run(command, capture_output=True, text=True, env=environment(QUIET), check=False)
    assert result.returncode == 1
    assert f"No versions of servable doubler found under base path {tmp_path}." in result.stderr
