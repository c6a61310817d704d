"""The image of templates/Containerfile tests scenarios in a container, where there is an engine."""

import os
import shlex
import shutil
import sys
from pathlib import Path

import pytest

from .conftest import REPO, must, run

pytestmark = [
    pytest.mark.timeout(900),
    pytest.mark.skipif(not (shutil.which("podman") or shutil.which("docker")), reason="there is no container engine"),
]


def test_the_image_tests_the_scenarios_of_a_folder(scenarios: Path) -> None:
    image = must("bash", REPO / "hack/image.sh", sys.executable, cwd=REPO).strip()
    settings = dict(word.split("=", 1) for word in shlex.split(must("python3", "-m", "airgap", "engine", cwd=REPO)))
    start = [settings["ENGINE"], "run", "--rm", "--network=none", "--volume", f"{scenarios}:/scenarios", image]
    done = run(*start, "test", "--host", "--junit", "report.xml", ".", cwd=scenarios, env={**os.environ, **settings})
    assert done.returncode == 1, done.stdout + done.stderr
    assert "2 scenarios: 1 passed, 1 failed" in done.stdout
    assert (scenarios / "report.xml").exists()
