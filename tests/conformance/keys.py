"""What is done with each key of a recording on each target. The table in standin/README.md says the same in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .objects import compare_objects
from .result import Result
from .status import compare_status
from .validation import compare_validation

Json = dict[str, Any]

# They say what was recorded; there is nothing to hold them against.
DESCRIPTIONS = {"name", "about", "notes", "manifest"}

# Compared without running anything, on both targets: key -> results for (file stem, whole recording).
PURE: dict[str, Callable[[str, Json], list[Result]]] = {
    "objects": compare_objects,
    "cases": compare_validation,
    "status": compare_status,
}

# Not compared on processes: key -> why. Keys that are neither here nor compared are skipped as unknown.
SKIPPED_ON_PROCESSES = {
    "steps": "they change a cluster step by step",
    "events": "the kubelet and the scheduler write them",
    "pods": "the kubelet's view",
    "kubectlGet": "needs an API server",
    "sdepGet": "needs an API server",
    "crd": "needs an API server",
    "webhooks": "needs an API server",
    "services": "a selection of `objects`, which are compared",
    "timings": "of another machine",
    "sequence": "drawn by lot; the shares are compared",
    "contract": "input of the testers",
}
