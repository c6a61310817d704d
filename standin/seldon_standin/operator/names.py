"""Names of what the operator makes. Above 63 characters a name becomes `seldon-` and the MD5 of the long one."""

from __future__ import annotations

from hashlib import md5
from typing import Any

Json = dict[str, Any]

LIMIT = 63
SERVICE_NAME = "seldon.io/svc-name"


def _digest(name: str) -> str:
    return md5(name.encode(), usedforsecurity=False).hexdigest()


def shorten(name: str) -> str:
    return name if len(name) <= LIMIT else f"seldon-{_digest(name)}"


def truncate(name: str) -> str:
    """Cut to 63 characters, as for volumes and init containers, whose names are not hashed."""
    return name if len(name) <= LIMIT else name[:LIMIT].removesuffix("-")


def seldon_id(sdep: str) -> str:
    return shorten(sdep)


def deployment(sdep: str, predictor: str, component: Json, index: int, *, name_as_prefix: bool = False) -> str:
    """`<sdep>-<predictor>-<index>-<containers>`, or with the componentSpec's own metadata.name at the end."""
    containers = component.get("spec", {}).get("containers") or []
    last = component.get("metadata", {}).get("name") or "-".join(c["name"] for c in containers)
    name = f"{sdep}-{predictor}-{index}-{last}"
    if len(name) > LIMIT and name_as_prefix:
        prefixed = f"{sdep}-{_digest(name)}"
        if len(prefixed) <= LIMIT:
            return prefixed
    return shorten(name)


def orchestrator(sdep: str, predictor: str) -> str:
    return shorten(f"{sdep}-{predictor}-svc-orch")


def explainer(sdep: str, predictor: str) -> str:
    return shorten(f"{sdep}-{predictor}-explainer")


def predictor_service(sdep: str, predictor: Json) -> str:
    """The annotation seldon.io/svc-name of the predictor wins, whatever its length."""
    chosen = (predictor.get("annotations") or {}).get(SERVICE_NAME)
    return chosen if chosen is not None else shorten(f"{sdep}-{predictor['name']}")


def annotation(sdep: Json, key: str, otherwise: str) -> str:
    """An annotation of the SeldonDeployment's spec or, where that has none, of its metadata."""
    for place in (sdep["spec"], sdep["metadata"]):
        if key in (place.get("annotations") or {}):
            return str(place["annotations"][key])
    return otherwise


def container_service(sdep: str, predictor: str, container: str) -> str:
    return shorten(f"{sdep}-{predictor}-{container}")
