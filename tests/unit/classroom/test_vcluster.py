"""The vcluster of a learner fits into the namespace of a learner; what an instructor does wrong ends in a sentence."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from .test_privileged import refused

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


# A cluster with the learner anna.
KUBECTL = """#!/bin/sh
case "$*" in
    version | "get namespace learner-anna" | "get --raw /version") ;;
    *) exit 1 ;;
esac
"""
NO_HOST = "Error: no such host"


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    """The folder of the programs that there are: no Helm, until a test makes one."""
    for program in ("bash", "dirname", "mktemp", "rm", "sed", "tail"):
        (tmp_path / program).symlink_to(shutil.which(program) or program)
    kubectl = tmp_path / "kubectl"
    kubectl.write_text(KUBECTL)
    kubectl.chmod(0o755)
    return tmp_path


def helm(tools: Path, said: str) -> None:
    program = tools / "helm"
    program.write_text(f"#!/bin/sh\necho {shlex.quote(said)} >&2\nexit 1\n")
    program.chmod(0o755)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], f"whose? Name the learners: {KUBERNETES / 'vcluster.sh'} anna\n"),
        (["--remove"], f"whose? Name the learners: {KUBERNETES / 'vcluster.sh'} --remove anna\n"),
        (["--delete", "anna"], "--delete is no option; there is --remove alone.\n"),
    ],
)
def test_words_that_say_too_little(words: list[str], said: str) -> None:
    assert refused(KUBERNETES / "vcluster.sh", *words) == f"classroom: {said}"


def test_a_learner_whom_nobody_has_made(tools: Path) -> None:
    said = refused(KUBERNETES / "vcluster.sh", "anna", "ben", PATH=str(tools))
    assert said.startswith("classroom: there is no learner ben. Those there are: kubectl get namespaces ")


def test_no_helm(tools: Path) -> None:
    said = refused(KUBERNETES / "vcluster.sh", "anna", PATH=str(tools))
    assert said.startswith("classroom: there is no helm on your PATH")
    assert said.endswith(
        f"python3 -m airgap tools build/bin helm) && export PATH={KUBERNETES.parents[2]}/build/bin:$PATH\n"
    )


def test_no_chart_in_reach(tools: Path) -> None:
    helm(tools, NO_HOST)
    said = refused(KUBERNETES / "vcluster.sh", "anna", PATH=str(tools))
    assert f"vcluster's chart could not be fetched: {NO_HOST}. " in said
    assert re.search(r"Then here: VCLUSTER_CHART=vcluster-[0-9.]+\.tgz \S+/vcluster\.sh anna\n$", said)


def test_a_chart_that_takes_other_values(tools: Path) -> None:
    # As Helm says it, with an empty line at the end.
    helm(tools, "Error: values don't meet the specifications of the schema(s)\n- at '': property 'a' not allowed\n")
    said = refused(KUBERNETES / "vcluster.sh", "anna", PATH=str(tools), VCLUSTER_CHART="older.tgz")
    assert "older.tgz and vcluster-values.yaml do not fit: - at '': property 'a' not allowed. " in said
    assert re.search(r":  helm pull vcluster --repo \S+ --version [0-9.]+\n$", said)


def test_a_value_that_is_none() -> None:
    said = refused(KUBERNETES / "install.sh", VCLUSTER="yes")
    assert said.endswith(f"and not yes. Type: VCLUSTER=1 {KUBERNETES / 'install.sh'}\n")


def test_a_cluster_that_pulls_no_images() -> None:
    said = refused(KUBERNETES / "kind.sh", KUBERNETES, VCLUSTER="1")
    assert said.endswith(f"Without it: VCLUSTER= {KUBERNETES / 'kind.sh'} {KUBERNETES}\n")
