"""The vcluster of a learner fits into the namespace that the learner gets, and leaves most of it to the learner."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

KUBERNETES = Path(__file__).parents[3] / "deploy" / "classroom" / "kubernetes"
CONTROL_PLANE: dict[str, Any] = yaml.safe_load((KUBERNETES / "vcluster-values.yaml").read_text())["controlPlane"]
STATEFUL_SET: dict[str, Any] = CONTROL_PLANE["statefulSet"]
UNITS = {"": 1.0, "m": 0.001, "Mi": 2.0**20, "Gi": 2.0**30}


def quota() -> dict[str, str]:
    """What `learner.yaml` lets a namespace have."""
    filled_in = re.sub(r"@[A-Z_]+@", "anna", (KUBERNETES / "learner.yaml").read_text())
    (found,) = (each for each in yaml.safe_load_all(filled_in) if each["kind"] == "ResourceQuota")
    hard: dict[str, str] = found["spec"]["hard"]
    return hard


def amount(written: str) -> float:
    """The number that a quantity of Kubernetes stands for."""
    number, unit = re.fullmatch(r"([0-9.]+)([a-zA-Z]*)", written).groups()  # type: ignore[union-attr]
    return float(number) * UNITS[unit]


@pytest.mark.parametrize(
    ("name", "taken"),
    [
        ("requests.cpu", STATEFUL_SET["resources"]["requests"]["cpu"]),
        ("requests.memory", STATEFUL_SET["resources"]["requests"]["memory"]),
        ("limits.memory", STATEFUL_SET["resources"]["limits"]["memory"]),
        ("requests.storage", STATEFUL_SET["persistence"]["volumeClaim"]["size"]),
    ],
)
def test_it_takes_a_quarter_of_the_quota_at_most(name: str, taken: str) -> None:
    assert 0 < amount(taken) <= amount(quota()[name]) / 4


@pytest.mark.parametrize(
    "context", [STATEFUL_SET["security"]["containerSecurityContext"], CONTROL_PLANE["distro"]["k8s"]["securityContext"]]
)
def test_it_runs_without_privileges(context: dict[str, Any]) -> None:
    assert context["runAsNonRoot"]
    assert not context["allowPrivilegeEscalation"]
    assert context["capabilities"] == {"drop": ["ALL"]}


def test_the_open_source_build_runs_and_tells_nobody() -> None:
    assert STATEFUL_SET["image"]["repository"] == "loft-sh/vcluster-oss"
    assert not yaml.safe_load((KUBERNETES / "vcluster-values.yaml").read_text())["telemetry"]["enabled"]
