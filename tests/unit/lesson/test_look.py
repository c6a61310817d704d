"""What is looked up of pods that are not ready: those who wait do so every second."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ...waiting import PATIENCE

SCRIPTS = Path(__file__).parents[3] / "scripts"
LOOK = "import look; look.look_at_sdep('iris', 'explain')"


def world(folder: Path) -> dict[str, str]:
    """The environment of a lesson whose kubectl and engine are programs of this folder."""
    for program in ("kubectl", "engine"):
        (folder / program).chmod(0o755)
    env = {"PATH": f"{folder}:{os.environ['PATH']}", "PYTHONPATH": str(SCRIPTS), "LESSON_DIR": str(folder)}
    return env | {"CLUSTER": "c", "ENGINE": str(folder / "engine"), "SELDON_VERSION": "1", "SCENARIO_DIR": str(folder)}


def asked(folder: Path, reason: str, **spec: str) -> list[str]:
    """The programs that are asked about one pod, whose container waits for that reason."""
    status = {"containerStatuses": [{"name": "model", "ready": False, "state": {"waiting": {"reason": reason}}}]}
    container = {"name": "model", "image": "localhost/iris:0.1"}
    metadata = {"name": "iris-0", "namespace": "explain"}
    pod = {"metadata": metadata, "spec": {"containers": [container], **spec}, "status": status}
    (folder / "pods.json").write_text(json.dumps({"items": [pod]}))
    (folder / "kubectl").write_text(f'#!/bin/sh\necho "kubectl $2" >> {folder}/asked\ncat {folder}/pods.json\n')
    (folder / "engine").write_text(f'#!/bin/sh\necho "engine $1" >> {folder}/asked\n')
    subprocess.run([sys.executable, "-c", LOOK], env=world(folder), check=True, timeout=PATIENCE)
    return (folder / "asked").read_text().splitlines()


def test_pod_that_only_starts_costs_two_questions(tmp_path: Path) -> None:
    assert asked(tmp_path, "ContainerCreating", nodeName="c") == ["kubectl pods", "kubectl deployments"]


@pytest.mark.parametrize("reason", ["ErrImagePull", "ImagePullBackOff", "ErrImageNeverPull"])
def test_images_are_asked_for_where_one_is_missing(tmp_path: Path, reason: str) -> None:
    assert asked(tmp_path, reason, nodeName="c")[2:] == ["engine exec", "engine images"]


def test_node_is_asked_for_where_none_takes_the_pod(tmp_path: Path) -> None:
    assert asked(tmp_path, "")[2:] == ["kubectl node", "kubectl seldondeployments"]


# What Kubernetes prints, with exit status 0, for a container that is gone and that the pod's status still names.
NO_LOG = 'echo "unable to retrieve container logs for containerd://28e2"'
OWN = 'echo "ValueError: 4"'


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(f'case "$*" in *--previous) {OWN};; esac', id="of-the-container-before"),
        pytest.param(f'case "$*" in *--previous) {NO_LOG};; *) {OWN};; esac', id="of-this-container"),
        pytest.param(f"echo >> asked; [ $(wc -l < asked) -gt 2 ] && {OWN} || {NO_LOG}", id="later"),
    ],
)
def test_last_words_of_a_container_are_its_own(tmp_path: Path, answer: str) -> None:
    (tmp_path / "kubectl").write_text(f"#!/bin/sh\n{answer}\n")
    (tmp_path / "engine").write_text("#!/bin/sh\n")
    words = "import look; print(look.last_words('explain', {'metadata': {'name': 'iris-0'}}, 'model'))"
    result = subprocess.run(
        [sys.executable, "-c", words], cwd=tmp_path, env=world(tmp_path), capture_output=True, text=True,
        timeout=PATIENCE, check=True,
    )
    assert result.stdout == "ValueError: 4\n"
