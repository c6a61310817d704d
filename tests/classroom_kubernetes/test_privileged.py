"""No pod of a learner's is privileged unless it is asked for, and then only on nodes that are set apart."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator

import pytest

from ..classroom.conftest import ANNA
from ..waiting import until
from .conftest import CLUSTER, KUBERNETES, NAMESPACE, Cluster

APART = "handrail-classroom/privileged"
NODE = f"{CLUSTER}-control-plane"
REFUSED, CREATED = "The Hub starts pods on nodes alone", "pod/x created"
HUB = f"system:serviceaccount:{NAMESPACE}:hub"
# What Pod Security `restricted` lets in, so that the nodes alone decide.
CONTAINER = {
    "name": "x", "image": "x",
    "securityContext": {
        "allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}, "runAsNonRoot": True,
        "seccompProfile": {"type": "RuntimeDefault"},
    },
}  # fmt: skip


def test_nothing_in_the_classroom_is_privileged(classroom: Cluster) -> None:
    classroom.enter(ANNA)
    labels = classroom.kubectl("get", "namespace", NAMESPACE, "--output", "jsonpath={.metadata.labels}")
    assert json.loads(labels)["pod-security.kubernetes.io/enforce"] == "restricted"
    pods = classroom.pods("component")
    assert f"server-{ANNA}" in [pod["metadata"]["name"] for pod in pods]
    assert '"privileged": true' not in json.dumps(pods)


def test_it_is_refused_without_nodes_that_are_set_apart(classroom: Cluster) -> None:
    asked = classroom.as_administrator | {
        "HUB_IMAGE": "localhost/handrail-hub:latest",
        "LEARNER_IMAGE": "localhost/handrail-learner-privileged:latest",
        "PRIVILEGED": "1",
    }

    def refused() -> str:
        done = subprocess.run([KUBERNETES / "install.sh"], env=asked, capture_output=True, text=True, check=False)
        assert done.returncode == 1, done
        return done.stderr

    assert f"kubectl label node $NODE {APART}=true" in refused()
    classroom.kubectl("label", "node", NODE, f"{APART}=true")
    try:
        assert f"Type: kubectl taint node {NODE} {APART}=true:NoSchedule" in refused()
    finally:
        classroom.kubectl("label", "node", NODE, f"{APART}-")
    assert classroom.kubectl("get", "validatingadmissionpolicies", "--output", "name").count("privileged") == 0


def becomes(classroom: Cluster, **spec: object) -> str:
    """What the API server says of such a pod of the Hub's; none is made."""
    told = json.dumps({"spec": {"containers": [CONTAINER], **spec}})
    kubectl = classroom.folder / "room" / "bin" / "kubectl"
    words = ["run", "x", "--image=x", "--dry-run=server", f"--as={HUB}", "--namespace", NAMESPACE]
    done = subprocess.run(
        [kubectl, *words, f"--overrides={told}"], env=classroom.as_administrator, capture_output=True, text=True
    )
    return done.stdout + done.stderr


@pytest.fixture
def policy(classroom: Cluster) -> Iterator[None]:
    """What `install.sh` applies first when it is asked for privileged pods. The API server takes a moment to follow."""
    text = (KUBERNETES / "privileged.yaml").read_text().replace("@CLASSROOM@", NAMESPACE)
    file = classroom.folder / "privileged.yaml"
    file.write_text(text)
    classroom.kubectl("apply", "--filename", str(file))
    try:
        until(lambda: REFUSED in becomes(classroom), "the policy")
        yield
    finally:
        classroom.kubectl("delete", "--filename", str(file))
        until(lambda: CREATED in becomes(classroom), "the end of the policy")


@pytest.mark.usefixtures("policy")
def test_the_hub_starts_pods_on_those_nodes_alone(classroom: Cluster) -> None:
    here = {APART: "true"}
    assert REFUSED in becomes(classroom, nodeSelector={APART: "false"})
    assert REFUSED in becomes(classroom, nodeSelector=here, nodeName=NODE)
    assert CREATED in becomes(classroom, nodeSelector=here)
