"""What is done with each key of a recording on each target. The table in standin/README.md says the same in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .definition import compare_definition
from .objects import compare_objects, compare_selection
from .plans import compare_plans
from .result import Result
from .status import compare_status
from .validation import compare_validation

Json = dict[str, Any]

# They say what was recorded or is the input of other keys; there is nothing to hold them against.
DESCRIPTIONS = {"name", "about", "notes", "manifest", "contract"}

# Compared without running anything, on both targets: key -> results for (file stem, whole recording).
PURE: dict[str, Callable[[str, Json], list[Result]]] = {
    "objects": compare_objects,
    "cases": compare_validation,
    "status": compare_status,
    "services": compare_selection,
    "crd": compare_definition,
    "steps": compare_plans,
}

# Not compared on processes: key -> why. Keys that are neither here nor compared are skipped as unknown.
SKIPPED_ON_PROCESSES = {
    "events": "the kubelet and the scheduler write them",
    "pods": "the kubelet's view",
    "webhooks": "Helm renders them",
    "kubectlGet": "needs an API server",
    "sdepGet": "needs an API server",
    "timings": "of another machine",
    "sequence": "drawn by lot; the shares are compared",
}
