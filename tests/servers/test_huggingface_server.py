"""HUGGINGFACE_SERVER by a real MLServer, with a model of two words, asked through the orchestrator.

It takes a target of its own, `make servers-huggingface`: PyTorch and TensorFlow in one Python are 7 GB.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conformance.interpreters import environment, python_with

from .mlserver import MODEL, Ask, served

HERE = Path(__file__).parent
TASK = {"name": "task", "type": "STRING", "value": "text-classification"}


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    folder = tmp_path_factory.mktemp("huggingface")
    command = [python_with("huggingface"), HERE / "make_huggingface_model.py", folder / "mnt/words"]
    subprocess.run(command, check=True, env=environment({}), stderr=subprocess.DEVNULL)
    graph = {"implementation": "HUGGINGFACE_SERVER", "modelUri": "/mnt/words", "parameters": [TASK]}
    with served(python_with("huggingface"), folder, graph) as ask:
        yield ask


def labels(words: Ask, name: str, texts: list[str]) -> list[str]:
    tensor = {"name": name, "shape": [len(texts)], "datatype": "BYTES", "data": texts}
    status, answer = words(f"{MODEL}/infer", {"inputs": [{**tensor, "parameters": {"content_type": "str"}}]})
    assert status == 200
    return [json.loads(text)["label"] for text in answer["outputs"][0]["data"]]


def test_one_text_is_the_argument_of_the_pipeline(words: Ask) -> None:
    assert labels(words, "args", ["good"]) == ["good"]


def test_several_texts_go_by_the_name_of_the_pipeline_s_input(words: Ask) -> None:
    assert labels(words, "inputs", ["bad", "good", "bad"]) == ["bad", "good", "bad"]


def test_model_says_what_goes_in(words: Ask) -> None:
    status, about = words(MODEL, None)
    assert (status, [(one["name"], one["datatype"]) for one in about["inputs"]]) == (200, [("args", "BYTES")])
