"""What the operator wrote last, kept in the object itself, so that it can tell its own changes from others'."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

Json = dict[str, Any]

ANNOTATION = "seldon.io/last-applied"


def stamp(item: Json) -> Json:
    """A copy that carries itself as JSON in an annotation. Only Deployments do, as with the original."""
    item = deepcopy(item)
    if item["kind"] == "Deployment":
        text = json.dumps(item, separators=(",", ":"), sort_keys=True, ensure_ascii=False)
        item["metadata"].setdefault("annotations", {})[ANNOTATION] = text
    return item
