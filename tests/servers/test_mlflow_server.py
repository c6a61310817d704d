"""MLFLOW_SERVER by a real MLServer, started as the operator's objects say, and asked through the orchestrator."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conformance.interpreters import environment, python_with

from .mlserver import MODEL, Ask, served

HERE = Path(__file__).parent
FLOWERS = [[5.1, 3.5, 1.4, 0.2], [6.7, 3.0, 5.2, 2.3]]
COLUMNS = ["sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)"]


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("mlflow")
    command = [python_with("mlflow"), HERE / "make_mlflow_model.py", folder / "mnt"]
    subprocess.run(command, check=True, env=environment({}), stderr=subprocess.DEVNULL)
    return folder


@pytest.fixture(scope="module")
def plain(models: Path) -> Iterator[Ask]:
    with served(python_with("mlflow"), models, {"implementation": "MLFLOW_SERVER", "modelUri": "/mnt/plain"}) as ask:
        yield ask


def tensor(**more: object) -> dict[str, Any]:
    data = [number for row in FLOWERS for number in row]
    return {"inputs": [{"name": "flowers", "shape": [2, 4], "datatype": "FP64", "data": data}], **more}


def test_mlflow_model_answers_an_array(plain: Ask) -> None:
    status, answer = plain(f"{MODEL}/infer", tensor(id="7", parameters={"content_type": "np"}))
    assert status == 200
    assert (answer["model_name"], answer["id"]) == ("classifier", "7")
    assert [(one["datatype"], one["shape"], one["data"]) for one in answer["outputs"]] == [("INT64", [2, 1], [0, 2])]


def test_mlflow_model_without_a_signature_has_to_be_told_what_it_gets(plain: Ask) -> None:
    assert plain(f"{MODEL}/infer", tensor()) == (500, "Internal Server Error")


def test_mlflow_signature_names_the_columns(models: Path) -> None:
    graph = {"implementation": "MLFLOW_SERVER", "modelUri": "/mnt/signed"}
    columns = zip(COLUMNS, zip(*FLOWERS, strict=True), strict=True)
    inputs = [{"name": name, "shape": [2, 1], "datatype": "FP64", "data": list(data)} for name, data in columns]
    with served(python_with("mlflow"), models, graph) as ask:
        status, about = ask(MODEL, None)
        assert (status, [one["name"] for one in about["inputs"]]) == (200, COLUMNS)
        status, answer = ask(f"{MODEL}/infer", {"inputs": inputs})
    assert (status, answer["outputs"][0]["data"]) == (200, [0, 2])
