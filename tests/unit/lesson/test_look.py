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


def asked(folder: Path, reason: str, **spec: str) -> list[str]:
    """The programs that are asked about one pod, whose container waits for that reason."""
    status = {"containerStatuses": [{"name": "model", "ready": False, "state": {"waiting": {"reason": reason}}}]}
    container = {"name": "model", "image": "localhost/iris:0.1"}
    metadata = {"name": "iris-0", "namespace": "explain"}
    pod = {"metadata": metadata, "spec": {"containers": [container], **spec}, "status": status}
    (folder / "pods.json").write_text(json.dumps({"items": [pod]}))
    (folder / "kubectl").write_text(f'#!/bin/sh\necho "kubectl $2" >> {folder}/asked\ncat {folder}/pods.json\n')
    (folder / "engine").write_text(f'#!/bin/sh\necho "engine $1" >> {folder}/asked\n')
    for program in ("kubectl", "engine"):
        (folder / program).chmod(0o755)
    env = {"PATH": f"{folder}:{os.environ['PATH']}", "PYTHONPATH": str(SCRIPTS), "LESSON_DIR": str(folder)}
    env |= {"CLUSTER": "c", "ENGINE": str(folder / "engine"), "SELDON_VERSION": "1", "SCENARIO_DIR": str(folder)}
    subprocess.run([sys.executable, "-c", LOOK], env=env, check=True, timeout=PATIENCE)
    return (folder / "asked").read_text().splitlines()


def test_pod_that_only_starts_costs_two_questions(tmp_path: Path) -> None:
    assert asked(tmp_path, "ContainerCreating", nodeName="c") == ["kubectl pods", "kubectl deployments"]


@pytest.mark.parametrize("reason", ["ErrImagePull", "ImagePullBackOff", "ErrImageNeverPull"])
def test_images_are_asked_for_where_one_is_missing(tmp_path: Path, reason: str) -> None:
    assert asked(tmp_path, reason, nodeName="c")[2:] == ["engine exec", "engine images"]


def test_node_is_asked_for_where_none_takes_the_pod(tmp_path: Path) -> None:
    assert asked(tmp_path, "")[2:] == ["kubectl node", "kubectl seldondeployments"]
