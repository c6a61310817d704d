"""Whoever installs a classroom is told when the cluster's network does not enforce its NetworkPolicies."""

from __future__ import annotations

import subprocess

from ..waiting import until
from .conftest import KUBERNETES, Cluster

TOLD = "does not enforce NetworkPolicies"
# What enforces them on a node that is built from packages, and on kind's own.
DAEMONS = {"network-policies", "kindnet"}


def test_nothing_is_said_where_they_hold(classroom: Cluster) -> None:
    assert TOLD not in (classroom.folder / "log").read_text()


def test_it_is_said_where_nothing_enforces_them(classroom: Cluster) -> None:
    found = classroom.kubectl("get", "daemonsets", "--namespace", "kube-system", "--output", "name")
    (name,) = {item.removeprefix("daemonset.apps/") for item in found.split()} & DAEMONS

    def put(place: str) -> None:
        patch = f'{{"spec": {{"template": {{"spec": {{"nodeSelector": {{"nowhere": {place}}}}}}}}}}}'
        classroom.kubectl("patch", "daemonset", name, "--namespace", "kube-system", "--patch", patch)

    (hub,) = classroom.pods("component=hub")
    images = {
        "HUB_IMAGE": hub["spec"]["containers"][0]["image"],
        "LEARNER_IMAGE": classroom.learner_image,
        "NODE_PORT": "30080",
    }
    put('"indeed"')
    try:
        until(lambda: not classroom.pods(f"k8s-app={name}", "kube-system"), "a node without it")
        told = subprocess.run(
            [KUBERNETES / "install.sh"], env=classroom.as_administrator | images, capture_output=True, text=True
        )
    finally:
        put("null")
        classroom.kubectl("rollout", "status", f"daemonset/{name}", "--namespace", "kube-system", "--timeout=60s")
    assert told.returncode == 0, told.stderr
    assert TOLD in told.stderr
