"""The classroom's variant of the main lesson differs from it in a few pages, and in nothing else."""

import json
import os
import shlex
import subprocess
from pathlib import Path
from typing import Any

import pytest

REPO = Path(__file__).parents[3]
VARIANT = REPO / "classroom"
START = shlex.quote(str(VARIANT / "start.sh"))


def details(folder: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((folder / "index.json").read_text(encoding="utf-8"))["details"]
    return read


def test_steps_and_checks_are_those_of_the_lesson() -> None:
    assert details(VARIANT)["steps"] == details(REPO)["steps"]
    assert details(VARIANT)["assets"] == details(REPO)["assets"]


@pytest.mark.parametrize("name", ["step2.md", "step3.md", "step4.md", "assets", "manifests", "scripts", "tests/steps"])
def test_what_does_not_differ_is_the_lessons_own(name: str) -> None:
    assert (VARIANT / name).resolve() == REPO / name


def test_no_page_of_it_needs_what_a_learner_there_does_not_have() -> None:
    for page in ("intro.md", *(step["text"] for step in details(VARIANT)["steps"]), "finish.md"):
        text = (VARIANT / page).read_text(encoding="utf-8")
        for word in ("kind create", "helm install", "-n seldon\n", "-n seldon ", "$NODE_IMAGE"):
            assert word not in text, f"{page}: {word}"


def test_nobody_may_change_what_all_share() -> None:
    """Of what learners are let into beyond their namespaces they may look at Seldon Core alone, without its Secrets."""
    import yaml

    for rule in yaml.safe_load_all((VARIANT / "instructor" / "rights.yaml").read_text(encoding="utf-8")):
        if not rule["metadata"]["name"].endswith("-look") or "rules" not in rule:
            continue
        for one in rule["rules"]:
            assert set(one["verbs"]) <= {"get", "list", "watch"}
            assert "secrets" not in one["resources"]
            assert "*" not in one["resources"]


def test_manifests_are_led_to_the_learners_own_namespace_and_images(tmp_path: Path) -> None:
    """As the intro's scripts lay them out, in a shell of the learner."""
    told = {"HOME": str(tmp_path), "PATH": os.environ["PATH"], "SCENARIO_DIR": str(VARIANT), "TERM": "dumb"}
    script = f". {START} && cat manifests/iris.yaml && cat .state/original/manifests/iris.yaml"
    done = subprocess.run(["bash", "-c", script], env=told, capture_output=True, text=True, check=True)
    assert "imagePullPolicy: Always" in done.stdout
    assert "namespace:" not in done.stdout


def test_a_preparation_that_failed_says_why_and_is_started_again_as_it_was(tmp_path: Path) -> None:
    told = {"HOME": str(tmp_path), "PATH": os.environ["PATH"], "SCENARIO_DIR": str(VARIANT), "TERM": "dumb"}
    script = f". {START}; source scripts/ready.sh"
    done = subprocess.run(["bash", "-c", script], env=told, capture_output=True, text=True)
    assert "This lesson is for the pod of a learner in a classroom on Kubernetes" in done.stdout
    assert "handrail play ." in done.stdout
