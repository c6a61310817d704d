"""What is said of pods that do not come up, from what a real cluster recorded of each mistake (recorded_pods.json)."""

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

os.environ["CLUSTER"] = "seldon-iris"
os.environ["SELDON_VERSION"] = "1.17.1"
sys.path.insert(0, str(Path(__file__).parents[3] / "scripts"))
from readiness import Reason, Seen, amount, why_not_ready

RECORDED = json.loads(Path(__file__).with_name("recorded_pods.json").read_text())
MANIFEST = "manifests/iris.yaml"


def why(state: str, **more: Any) -> Reason | None:
    recorded = RECORDED[state]
    seen = Seen("iris-model", "seldon", recorded["pods"], recorded["deployments"], node=recorded["node"], **more)
    return why_not_ready(seen, mend="scripts/go-back.sh", wait="scripts/wait-for.sh sdep/iris-model -n seldon")


def hopeless(state: str, **more: Any) -> Reason:
    reason = why(state, **more)
    assert reason is not None
    assert reason.hopeless
    return reason


class TestMissingImage:
    def test_names_it_and_the_tags_that_are_there_and_changes_the_manifest(self) -> None:
        reason = hopeless("tag", node_images=frozenset({"iris-classifier:0.1", "flowers:0.1"}), manifest=MANIFEST)
        assert "localhost/iris-classifier:0.2 is not in the cluster's node; the tags there are 0.1" in reason.found
        assert reason.command == (
            "sed -i.mine 's|localhost/iris-classifier:0.2|localhost/iris-classifier:0.1|' manifests/iris.yaml"
            " && kubectl apply -n seldon -f manifests/iris.yaml"
        )

    def test_one_that_is_built_is_loaded(self) -> None:
        reason = hopeless("tag", engine_images=frozenset({"iris-classifier:0.2"}), manifest=MANIFEST)
        assert reason.command == "scripts/load-image.sh iris-classifier:0.2"

    def test_one_that_was_never_built_is_built(self) -> None:
        reason = hopeless("never", folders={"iris-classifier": "model"}, manifest=MANIFEST)
        assert reason.command == (
            "scripts/build-image.sh iris-classifier:0.7 model && scripts/load-image.sh iris-classifier:0.7"
        )

    def test_one_that_has_come_is_waited_for(self) -> None:
        reason = why("tag", node_images=frozenset({"iris-classifier:0.2"}), manifest=MANIFEST)
        assert reason is not None
        assert not reason.hopeless


def test_image_whose_model_is_not_trained_yet_is_trained_first() -> None:
    reason = hopeless("tag", folders={"iris-classifier": "model"}, making={"model": "python model/train.py"})
    assert reason.command == (
        "python model/train.py && scripts/build-image.sh iris-classifier:0.2 model"
        " && scripts/load-image.sh iris-classifier:0.2"
    )


def test_program_that_ends_is_told_by_exit_code_and_last_words() -> None:
    pod = RECORDED["crash"]["pods"][-1]
    said = "Traceback (most recent call last):\nModuleNotFoundError: No module named 'NoSuch'\n"
    reason = hopeless("crash", logs={(pod["metadata"]["name"], "classifier"): said})
    assert "classifier ends with exit code 1: ModuleNotFoundError: No module named 'NoSuch'" in reason.found
    assert reason.command == "scripts/go-back.sh"


def test_program_that_fell_once_and_runs_again_is_waited_for_and_its_fall_is_told() -> None:
    pod = json.loads(json.dumps(RECORDED["crash"]["pods"][-1]))
    status = next(one for one in pod["status"]["containerStatuses"] if one["name"] == "classifier")
    status |= {"state": {"running": {}}, "lastState": {"terminated": {"exitCode": 1}}, "restartCount": 1}
    said = {(pod["metadata"]["name"], "classifier"): "ModuleNotFoundError: NoSuch\n"}
    seen = Seen("iris-model", "seldon", [pod], logs=said)
    reason = why_not_ready(seen, mend="scripts/go-back.sh", wait="scripts/wait-for.sh sdep/iris-model -n seldon")
    assert reason is not None
    assert "is starting once more: the container classifier ends with exit code 1: ModuleNotFoundError" in reason.found
    assert reason.command == "scripts/wait-for.sh sdep/iris-model -n seldon"
    assert not reason.hopeless


def test_too_little_memory_is_said_without_kubernetes_own_words() -> None:
    assert hopeless("oom").found == (
        "the container classifier was stopped because it needs more memory than its limit (OOMKilled)"
    )


def test_pod_without_a_place_is_told_by_the_scheduler_s_reason() -> None:
    reason = hopeless("unsched", others=["canary"])
    assert "Insufficient cpu" in reason.found
    # It asks for more than the whole node has: nobody else is to blame.
    assert reason.command == "scripts/go-back.sh"


def test_node_full_of_other_lessons_models_names_them() -> None:
    modest = json.loads(json.dumps(RECORDED["unsched"]))
    for pod in modest["pods"]:
        for container in pod["spec"]["containers"]:
            container["resources"] = {"requests": {"cpu": "100m", "memory": "64Mi"}}
    seen = Seen("iris-model", "seldon", modest["pods"], node=modest["node"], others=["bandit", "canary"])
    reason = why_not_ready(seen, mend="scripts/go-back.sh")
    assert reason is not None
    assert reason.command == "kubectl delete sdep --all -n bandit && kubectl delete sdep --all -n canary"


def test_cordoned_node_is_uncordoned() -> None:
    assert hopeless("cordon").command == "kubectl uncordon seldon-iris-control-plane"


def test_quota_is_named_and_the_replica_set_made_anew() -> None:
    reason = hopeless("quota")
    assert "exceeded quota: small" in reason.found
    assert reason.command == (
        "kubectl delete resourcequota small -n seldon"
        " && kubectl delete replicasets -n seldon -l seldon-deployment-id=iris-model"
    )


def test_pods_that_are_about_to_go_do_not_count() -> None:
    ready = [pod for pod in RECORDED["tag"]["pods"] if pod["metadata"]["name"].endswith("x")]
    going = [{**pod, "metadata": {**pod["metadata"], "deletionTimestamp": "now"}} for pod in RECORDED["crash"]["pods"]]
    assert why_not_ready(Seen("iris-model", "seldon", [*ready, *going])) is None


def test_explainer_that_stayed_at_0_is_scaled_up() -> None:
    explainer = {"metadata": {"name": "iris-default-explainer"}, "spec": {"replicas": 0}}
    reason = why_not_ready(Seen("iris", "explain", deployments=[explainer]))
    assert reason is not None
    assert reason.command == (
        "kubectl scale deployment iris-default-explainer -n explain --replicas=1"
        " && scripts/wait-for.sh deployment/iris-default-explainer -n explain"
    )
    running = {**explainer, "spec": {"replicas": 1}}
    assert why_not_ready(Seen("iris", "explain", deployments=[running])) is None


@pytest.mark.parametrize(("text", "value"), [("100m", 0.1), ("2", 2), ("64Mi", 64 * 2**20), ("1G", 1e9)])
def test_quantities(text: str, value: float) -> None:
    assert amount(text) == pytest.approx(value)
