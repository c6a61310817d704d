"""What is said of a thing that kubectl does not give: that it is not there, or that nobody answers."""

import json
import os
import sys
from pathlib import Path

import pytest

os.environ.setdefault("CLUSTER", "seldon-iris")
os.environ.setdefault("SELDON_VERSION", "1.17.1")
os.environ.setdefault("LESSON_DIR", "/nonexistent")
sys.path.insert(0, str(Path(__file__).parents[3] / "scripts"))
import wait_for

WITHOUT_A_DEPLOYMENT = '[ "$1" = version ] && echo "{\\"serverVersion\\": {}}"'
SILENT = 'echo "Unable to connect to the server: net/http: TLS handshake timeout" >&2; exit 1'


def kubectl_that(does: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "kubectl").write_text(f"#!/bin/sh\n{does}\n")
    (folder / "kubectl").chmod(0o755)
    monkeypatch.setenv("PATH", str(folder), prepend=os.pathsep)


def test_what_is_not_there_is_said_with_the_way_to_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kubectl_that(WITHOUT_A_DEPLOYMENT, tmp_path, monkeypatch)
    missing = wait_for.operator_missing()
    assert missing is not None
    assert missing.found == "Seldon's operator is not installed"
    assert missing.hopeless
    for look in (wait_for.sdep, wait_for.deployment):
        reason = look("iris", "seldon", "")
        assert reason is not None
        assert reason.found.startswith("there is no ")
        assert reason.hopeless


def test_of_a_silent_cluster_nothing_is_said_to_be_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kubectl_that(SILENT, tmp_path, monkeypatch)
    for reason in (
        wait_for.operator_missing(),
        wait_for.sdep("iris", "seldon", ""),
        wait_for.deployment("iris", "seldon", ""),
    ):
        assert reason is not None
        assert (reason.found, reason.hopeless) == ("the cluster does not answer just now", False)


def serving(image: str, *args: str) -> dict:
    return {"containers": [{"name": "classifier", "image": image, **({"args": list(args)} if args else {})}]}


def fetching(uri: str) -> dict:
    init = {"name": "classifier-model-initializer", "image": "storage:1", "args": [uri, "/mnt/models"]}
    return {**serving("mlserver:1"), "initContainers": [init]}


def asking(spec: dict, **graph: str) -> dict:
    """A SeldonDeployment that is Available, as far as its operator has seen."""
    predictor = {"graph": {"name": "classifier", **graph}, "componentSpecs": [{"spec": spec}]}
    return {"spec": {"predictors": [predictor]}, "status": {"state": "Available"}}


def cluster_with(sdep: dict, deployments: list[dict], folder: Path) -> Path:
    """A file in the folder for each kind that is asked for: "get deployment" is the operator's. No pod is there."""
    answers = {
        "seldondeployment": sdep, "deployments": {"items": deployments}, "deployment": {"spec": {}},
        "pods": {"items": []},
    }  # fmt: skip
    for kind, found in answers.items():
        (folder / f"{kind}.json").write_text(json.dumps(found))
    return folder


@pytest.mark.parametrize(
    ("asked", "runs", "updated", "is_ready"),
    [
        (asking(serving("iris:0.2")), serving("iris:0.2"), 1, True),
        (asking(serving("iris:0.8")), serving("iris:0.2"), 1, False),
        (asking(serving("iris:0.2", "NoSuch")), serving("iris:0.2"), 1, False),
        (asking(serving("iris:0.2")), serving("iris:0.2"), 0, False),
        (asking(serving("tensorflow:2")), serving("tensorflow:2", "--port=9000"), 1, True),
        (asking({"containers": [{"name": "classifier", "resources": {}}]}), serving("mlserver:1"), 1, True),
        (asking({"containers": []}, modelUri="s3://models/a"), fetching("s3://models/a"), 1, True),
        (asking({"containers": []}, modelUri="s3://models/b"), fetching("s3://models/a"), 1, False),
        (asking({"containers": []}, modelUri="s3://models/b"), serving("triton:1"), 1, True),
    ],
)
def test_a_change_that_the_operator_has_not_seen_is_waited_for(
    asked: dict, runs: dict, updated: int, is_ready: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its status is Available until then, of what was before."""
    deployment = {
        "metadata": {"name": "iris", "generation": 2},
        "spec": {"replicas": 1, "template": {"spec": runs}},
        "status": {"observedGeneration": 2, "updatedReplicas": updated},
    }
    kubectl_that(f'cat "{cluster_with(asked, [deployment], tmp_path)}/$2.json"', tmp_path, monkeypatch)
    reason = wait_for.sdep("iris", "seldon", "")
    assert (reason is None) is is_ready
    if reason is not None:
        assert (reason.found, reason.hopeless) == ("the operator has not begun with what was applied last", False)


@pytest.mark.parametrize("going", [True, False])
def test_what_ran_before_need_not_have_ended(going: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The Deployment of another graph is deleted, and has no pods any more, while those of this one are ready."""
    here = {
        "metadata": {"name": "iris", "generation": 1},
        "spec": {"replicas": 1, "template": {"spec": serving("iris:0.2")}},
        "status": {"observedGeneration": 1, "updatedReplicas": 1},
    }
    before = {
        "metadata": {"name": "iris-canary", "generation": 2, **({"deletionTimestamp": "now"} if going else {})},
        "spec": {"replicas": 1, "template": {"spec": serving("iris:0.1")}},
        "status": {"observedGeneration": 2, "updatedReplicas": 0},
    }
    answers = cluster_with(asking(serving("iris:0.2")), [before, here], tmp_path)
    kubectl_that(f'cat "{answers}/$2.json"', tmp_path, monkeypatch)
    assert (wait_for.sdep("iris", "seldon", "") is None) is going
