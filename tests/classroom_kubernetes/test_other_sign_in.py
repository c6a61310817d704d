"""Learners of a Hub that is not ours, such as the chart's, which signs them in by means of its own."""

from __future__ import annotations

import subprocess

from .conftest import KUBERNETES, Cluster

ELSEWHERE, NAME = "handrail-elsewhere", "hc-emil"


def learners(classroom: Cluster, *words: str) -> subprocess.CompletedProcess[str]:
    told = classroom.as_administrator | {"CLASSROOM": ELSEWHERE}
    return subprocess.run([KUBERNETES / "learners.sh", *words], env=told, capture_output=True, text=True)


def test_they_get_namespaces_and_no_passwords(classroom: Cluster) -> None:
    classroom.kubectl("create", "namespace", ELSEWHERE)
    roster = classroom.folder / "elsewhere.txt"
    roster.write_text(NAME)
    made = learners(classroom, str(roster))
    assert (made.returncode, made.stdout) == (0, "classroom: 1 learners have their namespaces\n"), made.stderr
    own = f"system:serviceaccount:{ELSEWHERE}:learner-{NAME}"
    for namespace, answer in ((f"learner-{NAME}", "yes"), (ELSEWHERE, "no")):
        asked = ["kubectl", "auth", "can-i", "create", "pods", "--as", own, "--namespace", namespace]
        found = subprocess.run(asked, env=classroom.as_administrator, capture_output=True, text=True)
        assert found.stdout.strip() == answer
    asked_for = learners(classroom, "--passwords")
    assert asked_for.returncode == 1
    assert "by other means" in asked_for.stderr
    removed = learners(classroom, "--remove", NAME)
    assert removed.returncode == 0, removed.stderr
    assert f"learner-{NAME}" not in classroom.kubectl("get", "namespaces", "--output", "name")
    classroom.kubectl("delete", "namespace", ELSEWHERE)
