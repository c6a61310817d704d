"""The program that enforces NetworkPolicies on a node that is built here, by the module that kind's own network uses.

kube-network-policies is under the Apache-2.0 licence; the module carries the checksums of everything it needs (go.sum).
"""

from __future__ import annotations

from pathlib import Path

from airgap import archive, golang, places, versions
from airgap.cache import artefact, key_of
from airgap.engine import OWN

# By this name it is in the node's image store; sources/node/files/kind/manifests/default-cni.yaml starts it.
IMAGE = f"{OWN}/network-policies:node"
MODULE = f"sigs.k8s.io/kube-network-policies@v{versions.KUBE_NETWORK_POLICIES}"
# Measured on two cores, in seconds.
BUILD_SECONDS = 90.0
_MAIN = places.SOURCES / "network-policies" / "main.go"


def inputs() -> tuple[str | Path, ...]:
    """All that the program is made from, for keys."""
    return (MODULE, archive.architecture(), _MAIN)


def program() -> Path:
    """The program, built in about a minute and a half the first time."""

    def build(folder: Path) -> None:
        shown = f"kube-network-policies {versions.KUBE_NETWORK_POLICIES}"
        golang.build(MODULE, "airgap", folder / "network-policies", shown=shown, seconds=BUILD_SECONDS, own=_MAIN)

    return artefact("network-policies", key_of(*inputs()), build) / "network-policies"
