"""Privileged pods for learners, asked for wrongly: a sentence with a command, before anything is changed."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from ...waiting import PATIENCE

ROOT = Path(__file__).parents[3]
KUBERNETES = ROOT / "deploy" / "classroom" / "kubernetes"
IMAGES = {"HUB_IMAGE": "hub:1", "LEARNER_IMAGE": "learner:1"}
# Answers for the nodes of a cluster, and remembers whatever else it is asked.
KUBECTL = """#!/bin/sh
case $1-$2 in
    version-*) ;;
    get-nodes) cat "$0.nodes" ;;
    *) echo "$@" >>"$0.asked"; exit 1 ;;
esac
"""


@pytest.fixture
def kubectl(tmp_path: Path) -> Path:
    """It; its nodes are in a file beside it, none at first."""
    file = tmp_path / "kubectl"
    file.write_text(KUBECTL)
    file.chmod(0o755)
    (tmp_path / "kubectl.nodes").touch()
    return file


def refused(*words: str | Path, path: str = "", **settings: str) -> str:
    """What a script says that does not begin."""
    given = {name: value for name, value in os.environ.items() if name not in ("PRIVILEGED", "VCLUSTER")} | settings
    given["PATH"] = f"{path}:{given['PATH']}"
    done = subprocess.run(words, env=given, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == 1, done
    assert done.stderr.startswith("classroom: ")
    return done.stderr


@pytest.mark.parametrize("value", ["yes", "true", "0", "kind"])
def test_a_value_that_is_none(value: str) -> None:
    said = refused(KUBERNETES / "install.sh", PRIVILEGED=value)
    assert f"and not {value}. Type: PRIVILEGED=1 {KUBERNETES / 'install.sh'}" in said
    said = refused(KUBERNETES / "images.sh", ROOT, PRIVILEGED=value)
    assert f"and not {value}. Type: PRIVILEGED=1 {KUBERNETES / 'images.sh'} {ROOT}" in said


def test_two_ways_to_a_cluster_at_once() -> None:
    said = refused(KUBERNETES / "install.sh", PRIVILEGED="1", VCLUSTER="1")
    assert f"Take one: VCLUSTER= PRIVILEGED=1 {KUBERNETES / 'install.sh'}" in said


@pytest.mark.parametrize(
    ("nodes", "said"),
    [
        ("", "kubectl label node $NODE handrail-classroom/privileged=true && kubectl taint node $NODE"),
        ("big-1 \n", "Type: kubectl taint node big-1 handrail-classroom/privileged=true:NoSchedule\n"),
        ("big-1 PreferNoSchedule\n", "Type: kubectl taint node big-1 "),
        ("big-1 NoSchedule\nbig-2 \n", "Type: kubectl taint node big-2 "),
    ],
)
def test_nodes_that_are_not_set_apart(kubectl: Path, nodes: str, said: str) -> None:
    kubectl.with_suffix(".nodes").write_text(nodes)
    assert said in refused(KUBERNETES / "install.sh", path=str(kubectl.parent), PRIVILEGED="1", **IMAGES)
    assert not kubectl.with_suffix(".asked").exists()


def test_a_cluster_of_one_node() -> None:
    said = refused(KUBERNETES / "kind.sh", ROOT, PRIVILEGED="1")
    assert said.endswith(f"Without it: PRIVILEGED= {KUBERNETES / 'kind.sh'} {ROOT}\n")


def test_an_image_that_was_built_for_the_other_classroom(kubectl: Path) -> None:
    images = IMAGES | {"LEARNER_IMAGE": "registry.school.example:5000/ml/handrail-learner:latest"}
    said = refused(KUBERNETES / "install.sh", path=str(kubectl.parent), PRIVILEGED="1", **images)
    assert f"its name: PRIVILEGED=1 {KUBERNETES / 'images.sh'} my-course" in said
    assert not kubectl.with_suffix(".asked").exists()


def test_the_danger_is_said_in_one_sentence(kubectl: Path) -> None:
    kubectl.with_suffix(".nodes").write_text("big-1 NoSchedule NoExecute\n")
    said = refused(KUBERNETES / "install.sh", path=str(kubectl.parent), PRIVILEGED="1", **IMAGES)
    assert "whoever signs in is root on the node that their pod is on" in said
    assert said.count("\n") == 1


def test_the_lessons_that_make_a_cluster_are_not_put_where_none_can_be_made() -> None:
    said = refused(ROOT / "instructor" / "image.sh", "base", "name")
    assert "PRIVILEGED=1 deploy/classroom/kubernetes/images.sh ." in said
    assert "deploy/classroom/kubernetes/images.sh classroom" in said
