"""Paths of the API server for the kinds that the operator deals with."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

GROUP = "machinelearning.seldon.io"
SDEP = (f"/apis/{GROUP}/v1", "seldondeployments")
KINDS = {
    "SeldonDeployment": SDEP,
    "Deployment": ("/apis/apps/v1", "deployments"),
    "Service": ("/api/v1", "services"),
    "HorizontalPodAutoscaler": ("/apis/autoscaling/v2", "horizontalpodautoscalers"),
    "PodDisruptionBudget": ("/apis/policy/v1", "poddisruptionbudgets"),
    "Event": ("/api/v1", "events"),
}


def collection(kind: str, namespace: str = "") -> str:
    """All objects of a kind in one namespace, or in all."""
    root, plural = KINDS[kind]
    return f"{root}/namespaces/{namespace}/{plural}" if namespace else f"{root}/{plural}"


def one(kind: str, namespace: str, name: str) -> str:
    return f"{collection(kind, namespace)}/{name}"


def of(item: Json) -> str:
    """The path of an object that has kind, namespace and name."""
    return one(item["kind"], item["metadata"]["namespace"], item["metadata"]["name"])


def owner(item: Json) -> Json | None:
    """The reference to the SeldonDeployment that controls the object, if one does."""
    for reference in item["metadata"].get("ownerReferences") or []:
        ours = reference.get("kind") == "SeldonDeployment" and reference.get("apiVersion", "").startswith(f"{GROUP}/")
        if reference.get("controller") and ours:
            found: Json = reference
            return found
    return None
