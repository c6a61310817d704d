"""TENSORFLOW_SERVER with Seldon's protocol: the proxy's pod, as the operator makes it, before the orchestrator.

The model is that of more/frameworks, trained with Keras; the server is that lesson's own for TensorFlow.
"""

from __future__ import annotations

import json
import os
import signal
import struct
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf.message import Message
from seldon_standin.orchestrator import messages

from tests.conformance.interpreters import environment, lesson_python, python_with
from tests.conformance.plan import WRAPPER_PORTS, Component, plan, variables
from tests.conformance.processes import orchestrate
from tests.waiting import PATIENCE, until

from .mlserver import send

ROOT = Path(__file__).parents[2]
PROXY = ROOT / "standin/tfserving-proxy"
LESSON = ROOT / "more/frameworks/assets"
QUIET = {"TF_CPP_MIN_LOG_LEVEL": "3"}
NAMES = {"model_input": "flowers", "model_output": "output_0"}
FLOWER = [5.1, 3.5, 1.4, 0.2]
Json = dict[str, Any]


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the pod finds in /mnt/models: the version 1."""
    folder = tmp_path_factory.mktemp("models")
    for python, name in ((lesson_python(), "flowers.py"), (python_with("tensorflow"), "train_keras.py")):
        text = (LESSON / "model" / name).read_text()
        program = folder / name
        program.write_text(text.replace('"/models"', f'"{folder}"').replace("/program", str(folder)))
        subprocess.run([python, program], check=True, env=environment(QUIET), stderr=subprocess.DEVNULL)
    return folder / "tensorflow"


def component(container: Json, pod: Json, ports: dict[int, int], folder: Path) -> Component:
    """A container of the pod: the proxy with what its image starts, TensorFlow's server with the object's arguments."""
    env = variables(container)
    if container["name"] != "tfserving":
        env |= {name: str(ports[int(env[name])]) for name in WRAPPER_PORTS}
        command = json.loads((PROXY / "Dockerfile").read_text().rpartition("CMD ")[2])
        return Component(container["name"], tuple(command), env, ports, ())
    return Component(container["name"], (str(LESSON / "tf-server/model_server.py"), *container["args"]), env, ports, ())


@dataclass
class Served:
    rest: int
    grpc: int

    def post(self, message: Json) -> tuple[int, Any]:
        return send(f"http://127.0.0.1:{self.rest}/api/v1.0/predictions", message)

    def call(self, message: Message) -> Message:
        made = messages.CLASSES["SeldonMessage"]
        with grpc.insecure_channel(f"127.0.0.1:{self.grpc}") as channel:
            ask = channel.unary_unary("/seldon.protos.Seldon/Predict", made.SerializeToString, made.FromString)
            return ask(message, timeout=PATIENCE)


def start(each: Component, here: Callable[[str], str], folder: Path) -> subprocess.Popen[bytes]:
    python = python_with("tensorflow") if each.name == "tfserving" else lesson_python()
    first, *rest = each.argv
    program = [python, first] if first.endswith(".py") else [python.with_name(first)]
    env = {name: here(value) for name, value in each.env.items()} | QUIET | {"PYTHONDONTWRITEBYTECODE": "1"}
    with (folder / f"{each.name}.log").open("wb") as log:
        return subprocess.Popen(
            [*program, *map(here, rest)],
            cwd=PROXY,
            env=environment(env),
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


@pytest.fixture(scope="module")
def served(models: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    parameters = [{"name": name, "value": value, "type": "STRING"} for name, value in NAMES.items()]
    graph = {"implementation": "TENSORFLOW_SERVER", "modelUri": "s3://models/tensorflow", "parameters": parameters}
    manifest = {
        "apiVersion": "machinelearning.seldon.io/v1",
        "kind": "SeldonDeployment",
        "metadata": {"name": "served", "namespace": "seldon"},
        "spec": {"predictors": [{"name": "default", "graph": {"name": "classifier", **graph}}]},
    }
    folder = tmp_path_factory.mktemp("pod")
    made = plan(manifest, folder, {}, component)
    (orchestrator,) = made.orchestrators

    def here(text: str) -> str:
        """The container's ports and folders that a text names, as those of this machine."""
        for port in (2000, 2001):
            text = text.replace(f"0.0.0.0:{port}", f"0.0.0.0:{made.pod_ports[port]}")
            text = text.replace(f"port={port}", f"port={made.pod_ports[port]}")
        return text.replace("/mnt/models", str(models))

    found = Served(made.services["served-default", 8000], made.services["served-default", 5001])
    processes = []

    def ready() -> bool:
        for process in processes:
            assert process.poll() is None, "".join(log.read_text()[-2000:] for log in folder.glob("*.log"))
        try:
            return "data" in (found.post({"data": {"ndarray": [FLOWER]}})[1] or {})
        except OSError:
            return False

    with ExitStack() as stack:
        for each in made.components:
            processes.append(start(each, here, folder))
            stack.callback(processes[-1].wait)
            stack.callback(os.killpg, processes[-1].pid, signal.SIGKILL)
        processes.append(orchestrate(orchestrator, folder / "annotations", folder / "orchestrator.log"))
        stack.callback(processes[-1].wait)
        stack.callback(processes[-1].kill)
        until(ready, "the model")
        yield found


def chances(tensor: Message) -> tuple[float, ...]:
    """The three numbers of a tensor: tensor_content is field 4, with twelve bytes."""
    return struct.unpack("<3f", tensor.SerializeToString().partition(b"\x22\x0c")[2][:12])


def is_setosa(numbers: Any) -> bool:
    return len(numbers) == 3 and sum(numbers) == pytest.approx(1, abs=1e-5) and numbers[0] > 0.9


def test_flowers_become_probabilities(served: Served) -> None:
    status, answer = served.post({"data": {"ndarray": [FLOWER, FLOWER]}})
    assert status == 200
    assert [is_setosa(row) for row in answer["data"]["ndarray"]] == [True, True]


def test_json_is_tensorflow_serving_s_own(served: Served) -> None:
    status, answer = served.post({"jsonData": {"inputs": {"flowers": [FLOWER]}}})
    assert status == 200
    (row,) = answer["jsonData"]["outputs"]
    assert is_setosa(row)


def test_flower_with_three_numbers_gets_the_server_s_error(served: Served) -> None:
    status, answer = served.post({"data": {"ndarray": [FLOWER[:3]]}})
    assert status == 200
    assert "incompatible" in answer["jsonData"]["error"].lower()


def flower(numbers: list[float]) -> Message:
    message = messages.new("SeldonMessage")
    row = message.data.ndarray.values.add().list_value
    row.extend(numbers)
    return message


def test_flower_becomes_probabilities_over_grpc(served: Served) -> None:
    assert is_setosa(chances(served.call(flower(FLOWER)).data.tftensor))


def test_flower_with_three_numbers_gets_the_server_s_error_over_grpc(served: Served) -> None:
    with pytest.raises(grpc.RpcError) as raised:
        served.call(flower(FLOWER[:3]))
    assert "INVALID_ARGUMENT" in raised.value.details()


def test_packed_request_names_its_inputs_itself(served: Served) -> None:
    """PredictRequest: inputs is field 2, a map to tensors with dtype 1, tensor_shape 2 and tensor_content 4."""
    tensor = b"\x08\x01\x12\x08\x12\x02\x08\x01\x12\x02\x08\x04\x22\x10" + struct.pack("<4f", *FLOWER)
    entry = b"\x0a\x07flowers\x12" + bytes([len(tensor)]) + tensor
    message = messages.new("SeldonMessage")
    message.customData.type_url = "type.googleapis.com/tensorflow.serving.PredictRequest"
    message.customData.value = b"\x12" + bytes([len(entry)]) + entry
    answer = served.call(message).customData
    assert answer.type_url == "type.googleapis.com/tensorflow.serving.PredictResponse"
    assert is_setosa(struct.unpack("<3f", answer.value.partition(b"\x22\x0c")[2][:12]))
