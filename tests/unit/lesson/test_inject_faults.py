"""Which faults a manifest can get, each with the value that mends it; and what users are said to have seen."""

import os
import sys
from pathlib import Path
from typing import Any

os.environ["CLUSTER"] = "seldon-iris"
os.environ["SELDON_VERSION"] = "1.17.1"
os.environ.setdefault("LESSON_DIR", "/none")
sys.path.insert(0, str(Path(__file__).parents[3] / "scripts"))
import pytest
from inject_faults import Target, Users, faults


def target(graph: dict[str, Any], *containers: dict[str, Any]) -> Target:
    """A SeldonDeployment that nobody has asked a cluster about."""
    made = Target.__new__(Target)
    made.protocol = "seldon"
    made.predictor = {"name": "default", "graph": graph}
    if containers:
        made.predictor["componentSpecs"] = [{"spec": {"containers": list(containers)}}]
    return made


def test_image_and_resources_of_the_first_container() -> None:
    limits = {"limits": {"cpu": "1"}}
    found = list(faults(target({"name": "a"}, {"name": "a", "image": "localhost:5000/a:0.1", "resources": limits})))
    assert [(path.rsplit("/", 1)[-1], wrong, right) for _, path, wrong, right in found] == [
        ("image", "localhost:5000/a:not-there", "localhost:5000/a:0.1"),
        ("resources", {"requests": {"cpu": "64"}}, limits),
    ]


def test_resources_that_were_not_there_are_taken_away_again() -> None:
    found = {path: right for _, path, _, right in faults(target({"name": "a"}, {"name": "a", "image": "a:1"}))}
    assert found["componentSpecs/0/spec/containers/0/resources"] is None


def test_model_file_of_a_server_whose_image_the_operator_chooses() -> None:
    found = list(faults(target({"name": "a", "modelUri": "s3://models/a"})))
    assert [(path, wrong, right) for _, path, wrong, right in found] == [
        ("graph/modelUri", "s3://models/a-not-there", "s3://models/a")
    ]


@pytest.mark.parametrize(
    ("protocol", "path", "body"),
    [
        ("seldon", "/api/v1.0/predictions", {"data": {"ndarray": [[1.0, 2.0]]}}),
        (
            "v2",
            "/v2/models/a/infer",
            {"inputs": [{"name": "row", "shape": [1, 2], "datatype": "FP64", "data": [1.0, 2.0]}]},
        ),
        ("tensorflow", "/v1/models/a:predict", {"instances": [[1.0, 2.0]]}),
    ],
)
def test_users_ask_in_the_protocol_of_the_deployment(protocol: str, path: str, body: dict[str, Any]) -> None:
    asked = target({"name": "a"})
    asked.protocol = protocol
    assert asked.question(2) == (path, body)


def test_users_say_how_many_failed_and_for_how_long() -> None:
    users = Users("a-default", "b", *target({"name": "a"}).question(4))
    users.asked = [(0.0, False), (1.0, True), (2.0, False), (3.5, False), (4.0, True)]
    assert users.since(1.0) == "asked 4 times, 2 failed, over 1.5 s"
    assert users.since(3.0) == "asked 2 times, 1 failed"
    assert users.since(4.0) == "asked 1 times, 0 failed"
