"""The class is over, on a cluster that stays: what was installed for it goes."""

from __future__ import annotations

import json
import subprocess

from ..classroom_kubernetes.conftest import KUBERNETES, Cluster
from .conftest import COURSE

# What can be without a namespace and is made for a class.
KINDS = (
    "namespaces,customresourcedefinitions,clusterroles,clusterrolebindings,validatingwebhookconfigurations,"
    "mutatingwebhookconfigurations,validatingadmissionpolicies,validatingadmissionpolicybindings,priorityclasses"
)


def test_what_was_installed_for_a_class_is_removed(classroom: Cluster) -> None:
    """Nothing is left that a cluster did not have before: Kubernetes' own, kind's, and kubeadm's, by their names."""
    for command in ([COURSE / "instructor" / "install.sh", "--remove"], [KUBERNETES / "install.sh", "--remove"]):
        done = subprocess.run(command, env=classroom.as_administrator, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(classroom.kubectl("get", KINDS, "--output", "json"))["items"]
    own = (
        "kube-", "kubeadm:", "system", "local-path", "kindnet", "network-policies", "default", "admin", "edit", "view",
        "cluster-admin",
    )  # fmt: skip
    left = [
        f"{each['kind']} {each['metadata']['name']}"
        for each in found
        if "kubernetes.io/bootstrapping" not in each["metadata"].get("labels", {})
        and not each["metadata"]["name"].startswith(own)
    ]
    assert left == []
