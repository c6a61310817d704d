"""What a learner of a class is told to do is what a learner there may do: see and change their own namespace."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ...waiting import PATIENCE

REPO = Path(__file__).parents[3]
SCRIPTS = REPO / "scripts"
RECORDED = Path(__file__).with_name("recorded_pods.json")
# What Kubernetes' role "edit" in one namespace, and the course's own rights, do not let a learner do.
NOT_THEIRS = (" -A", "--all-namespaces", "get nodes", "uncordon", "delete resourcequota", "kind create", "helm ")
PREPARED = {
    "LESSON_PUSH_TO": "registry:5000/learner-anna", "LESSON_IMAGES": "localhost:30500/learner-anna",
    "NAMESPACE": "learner-anna", "LESSON_CONTEXT": "classroom",
}  # fmt: skip


def world(folder: Path, kubectl: str) -> dict[str, str]:
    """The environment of a learner of a class whose kubectl does that."""
    lesson = folder / "seldon-iris"
    for made in (lesson / "manifests", lesson / ".state", folder / "bin"):
        made.mkdir(parents=True)
    (lesson / "manifests" / "iris.yaml").write_text((REPO / "manifests" / "iris.yaml").read_text())
    lines = [f"export {name}={value}\n" for name, value in PREPARED.items()]
    (lesson / ".state" / "prepared.env").write_text("".join(lines))
    (folder / "bin" / "kubectl").write_text(f"#!/bin/sh\n{kubectl}\n")
    (folder / "bin" / "kubectl").chmod(0o755)
    own = {"PATH": f"{folder / 'bin'}:{os.environ['PATH']}", "HOME": str(folder), "LESSON_DIR": str(lesson)}
    shell = {"CLUSTER": "c", "SELDON_VERSION": "1", "SCENARIO_DIR": str(REPO / "classroom"), "TERM": "dumb"}
    return own | shell | {"PYTHONPATH": str(SCRIPTS), "LESSON_PYTHON": sys.executable} | PREPARED


def said(env: dict[str, str], *command: str) -> str:
    """What a script that refuses says, both streams."""
    done = subprocess.run(command, env=env, cwd=env["LESSON_DIR"], capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 1, done.stdout + done.stderr
    return done.stdout + done.stderr


FORBIDDEN = 'echo "Error from server (Forbidden)" >&2; exit 1'
OWN_ALONE = f"case \"$*\" in version*) echo '{{}}' | sed 's/{{/{{\"serverVersion\": 1/';; *) {FORBIDDEN};; esac"


def test_waiting_for_what_was_never_applied_ends_at_once_with_the_way_to_it(tmp_path: Path) -> None:
    """A learner may not read kube-system: that says nothing of whether the cluster answers."""
    script = (
        "import sys, wait_for; reason = wait_for.sdep('iris-model', 'learner-anna', '')\n"
        "sys.exit(f'{reason.hopeless}: {reason.found}\\nTo do:    {reason.command}')"
    )
    told = said(world(tmp_path, OWN_ALONE), sys.executable, "-c", script)
    assert told.startswith("True: ")
    assert "there is no SeldonDeployment iris-model in the namespace learner-anna" in told
    assert "scripts/apply-when-ready.sh manifests/iris.yaml && scripts/wait-for.sh sdep/iris-model" in told


def test_door_to_what_is_not_there_names_a_look_that_is_theirs(tmp_path: Path) -> None:
    told = said(world(tmp_path, FORBIDDEN), str(SCRIPTS / "port-forward.sh"))
    assert "kubectl get services" in told
    assert [each for each in NOT_THEIRS if each in told] == []


@pytest.mark.parametrize("state", sorted(json.loads(RECORDED.read_text())))
@pytest.mark.parametrize("mend", ["", "scripts/go-back.sh"])
def test_no_remedy_for_a_pod_needs_rights_that_are_not_theirs(state: str, mend: str, tmp_path: Path) -> None:
    script = (
        "import json, sys; from readiness import Seen, why_not_ready\n"
        "recorded = json.load(open(sys.argv[1]))[sys.argv[2]]\n"
        "seen = Seen('iris-model', 'learner-anna', recorded['pods'], recorded['deployments'])\n"
        "reason = why_not_ready(seen, mend=sys.argv[3])\n"
        "sys.exit(f'{reason.found}\\nTo do:    {reason.command}')"
    )
    told = said(world(tmp_path, FORBIDDEN), sys.executable, "-c", script, str(RECORDED), state, mend)
    assert "To do:    " in told
    assert [each for each in NOT_THEIRS if each in told.partition("To do:")[2]] == []


def quota(replicas: int, requested: str, limited: str, tmp_path: Path) -> str:
    message = f'pods "x" is forbidden: exceeded quota: learner, requested: {requested}, used: x=1, limited: {limited}'
    deployment = {
        "metadata": {"name": "iris"},
        "spec": {"replicas": replicas, "selector": {"matchLabels": {"seldon-deployment-id": "iris"}}},
        "status": {"conditions": [{"type": "ReplicaFailure", "status": "True", "message": message}]},
    }
    script = (
        "import json, sys; from readiness import Seen, why_not_ready\n"
        "seen = Seen('iris-model', 'learner-anna', deployments=[json.loads(sys.argv[1])])\n"
        "sys.exit(why_not_ready(seen, mend='scripts/go-back.sh').command)"
    )
    return said(world(tmp_path, FORBIDDEN), sys.executable, "-c", script, json.dumps(deployment)).strip()


@pytest.mark.parametrize(
    ("replicas", "requested", "limited", "command"),
    [
        (1, "limits.memory=65Gi", "limits.memory=8Gi", "scripts/go-back.sh"),
        (10, "limits.memory=2Gi", "limits.memory=8Gi", "scripts/go-back.sh"),
        # Something else of theirs takes the room, and Kubernetes tries again after minutes.
        (1, "pods=1", "pods=20", "kubectl delete replicasets -n learner-anna -l seldon-deployment-id=iris"),
    ],
)
def test_who_asks_for_more_than_a_share_asks_for_less(
    replicas: int, requested: str, limited: str, command: str, tmp_path: Path
) -> None:
    assert quota(replicas, requested, limited, tmp_path) == command


@pytest.mark.parametrize(("cpu", "command"), [("100m", "tell your instructor"), ("64", "scripts/go-back.sh")])
def test_cluster_that_is_full_is_the_instructors_and_a_greedy_manifest_the_learners(
    cpu: str, command: str, tmp_path: Path
) -> None:
    condition = {"type": "PodScheduled", "status": "False", "message": "0/1 nodes are available: 1 Insufficient cpu."}
    pod = {
        "metadata": {"name": "iris"},
        "spec": {"containers": [{"resources": {"requests": {"cpu": cpu}}}]},
        "status": {"conditions": [condition]},
    }
    script = (
        "import json, sys; from readiness import Seen, why_not_ready\n"
        "seen = Seen('iris-model', 'learner-anna', pods=[json.loads(sys.argv[1])])\n"
        "sys.exit(why_not_ready(seen, mend='scripts/go-back.sh').command)"
    )
    assert command in said(world(tmp_path, FORBIDDEN), sys.executable, "-c", script, json.dumps(pod))


@pytest.mark.parametrize(
    ("answer", "shown"),
    [
        ("error: error parsing STDIN: yaml: line 9: expected key", "error parsing manifests/iris.yaml: yaml: line 9"),
        (
            'The request is invalid: patch: Invalid value: "{very long}": strict decoding error: unknown field "a.b"',
            'Kubernetes does not take manifests/iris.yaml: unknown field "a.b"',
        ),
    ],
)
def test_manifest_that_kubernetes_does_not_take_is_named_with_the_way_back(
    answer: str, shown: str, tmp_path: Path
) -> None:
    env = world(tmp_path, f"echo '{answer}' >&2; exit 1")
    told = said(env, str(SCRIPTS / "apply-when-ready.sh"), "manifests/iris.yaml")
    assert shown in told
    assert "very long" not in told
    assert told.endswith("To do:    scripts/go-back.sh\n")


@pytest.mark.parametrize("name", ["Iris:0.1", "iris classifier:0.1", "iris:", ":0.1", "iris:0.1:2"])
def test_name_that_no_image_can_have_is_refused_before_the_registry_does(name: str, tmp_path: Path) -> None:
    told = said(world(tmp_path, FORBIDDEN), str(SCRIPTS / "build-image.sh"), name, "model")
    assert f"{name} cannot be the name of an image" in told
    assert "scripts/build-image.sh iris-classifier:0.1 model" in told


@pytest.mark.parametrize(
    ("typed", "command"),
    [("kind create cluster", "kubectl get pods -n seldon-system"),
     ("helm install x y", "kubectl get pods -n seldon-system"),
     ("docker build .", "scripts/build-image.sh"), ("podman build .", "scripts/build-image.sh")],
)  # fmt: skip
def test_programs_of_the_lesson_at_home_are_answered_with_what_is_here(
    typed: str, command: str, tmp_path: Path
) -> None:
    env = world(tmp_path, FORBIDDEN)
    (tmp_path / "seldon-iris" / "scripts").symlink_to(SCRIPTS)
    # Whatever this machine has.
    for name in ("bash", "sed", "cat", "grep"):
        (tmp_path / "bin" / name).symlink_to(str(shutil.which(name)))
    told = said(env | {"PATH": str(tmp_path / "bin")}, "/bin/bash", "-c", f". scripts/shell.sh; {typed}")
    assert command in told


def test_check_of_a_lesson_whose_files_were_deleted_names_a_button_that_is_there(tmp_path: Path) -> None:
    env = world(tmp_path, FORBIDDEN)
    (tmp_path / ".bashrc").write_text('. "$HOME/seldon-iris/scripts/shell.sh"\n')
    assert "choose Start over in the menu" in said(env, str(SCRIPTS / "verify-step2.sh"))


def test_check_of_a_lesson_that_has_forgotten_its_class_asks_to_prepare_it_again(tmp_path: Path) -> None:
    """Without what the preparation wrote down, the checks would take this for a machine of one's own."""
    env = {name: value for name, value in world(tmp_path, FORBIDDEN).items() if name not in PREPARED}
    (tmp_path / "seldon-iris" / ".state" / "prepared.env").unlink()
    assert "source scripts/ready.sh" in said(env, str(SCRIPTS / "verify-step2.sh"))


def test_version_whose_class_raises_is_told_by_its_error_and_not_called_silent(tmp_path: Path) -> None:
    """The deployment is ready, and what answers is an error: waiting for its version would not end."""
    sdep = {
        "spec": {"predictors": [{"graph": {}, "componentSpecs": [{"spec": {"containers": [{"image": "iris:0.3"}]}}]}]},
        "status": {"state": "Available"},
    }
    deployments = {"items": [{"metadata": {"name": "iris", "generation": 1}, "spec": {"replicas": 1}}]}
    template = {"spec": sdep["spec"]["predictors"][0]["componentSpecs"][0]["spec"]}  # type: ignore[index]
    deployments["items"][0]["spec"] = {"replicas": 1, "template": template}
    deployments["items"][0]["status"] = {"observedGeneration": 1, "updatedReplicas": 1}
    answers = tmp_path / "answers"
    answers.mkdir()
    for kind, found in {"seldondeployment": sdep, "deployments": deployments, "pods": {"items": []}}.items():
        (answers / f"{kind}.json").write_text(json.dumps(found))
    env = world(tmp_path, f'case "$*" in *jsonpath*) echo iris-classifier:0.3;; *) cat "{answers}/$2.json";; esac')
    error = '{"status": {"code": -1, "info": "I do \\"not\\" know", "reason": "MICROSERVICE_INTERNAL_ERROR"}}'
    for name, does in {"curl": f"echo '{error}'", "sleep": "exit 0"}.items():
        (tmp_path / "bin" / name).write_text(f"#!/bin/sh\n{does}\n")
        (tmp_path / "bin" / name).chmod(0o755)
    told = said(env, str(SCRIPTS / "wait-for-version.sh"), "0.3")
    assert 'The class of version 0.3 answers with an error: I do \\"not\\" know' in told
    assert told.endswith("To do:    scripts/go-back.sh\n")
