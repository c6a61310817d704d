"""A Deployment for one componentSpec, and the labels that say what runs in it."""

from __future__ import annotations

from typing import Any

from . import graph
from .containers import fill
from .settings import Settings

Json = dict[str, Any]

MANAGED_BY = "app.kubernetes.io/managed-by"
SELDON_ID = "seldon-deployment-id"
SELDON_APP = "seldon-app"
CONTAINS_ORCHESTRATOR = "seldon-deployment-contains-svcorch"
ROLE_LABELS = {
    "ROUTER": "seldon.io/router",
    "COMBINER": "seldon.io/combiner",
    "MODEL": "seldon.io/model",
    "TRANSFORMER": "seldon.io/transformer",
    "OUTPUT_TRANSFORMER": "seldon.io/output-transformer",
}
GRACE_SECONDS = 20


def has_explainer(predictor: Json) -> bool:
    return bool((predictor.get("explainer") or {}).get("type"))


def role_labels(unit: Json | None, predictor: Json) -> dict[str, str]:
    """Labels for the role of a node (or, without one, for an explainer) and for a shadow."""
    labels = {MANAGED_BY: "seldon-core"}
    if unit is not None and unit.get("type") is not None:
        if role := ROLE_LABELS.get(unit["type"]):
            labels[role] = "true"
    elif has_explainer(predictor):
        labels["seldon.io/explainer"] = "true"
    if predictor.get("shadow"):
        labels["seldon.io/shadow"] = "true"
    return labels


def label(deployment: Json, labels: dict[str, str], *, select: bool = False) -> None:
    """Put labels on the Deployment and its pods, and into its selector if `select`."""
    deployment["metadata"]["labels"].update(labels)
    deployment["spec"]["template"]["metadata"]["labels"].update(labels)
    if select:
        deployment["spec"]["selector"]["matchLabels"].update(labels)


def podinfo_volume() -> Json:
    """The pod's annotations as a file: the orchestrator reads its timeouts there."""
    items = [{"path": "annotations", "fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.annotations"}}]
    return {"name": graph.PODINFO_VOLUME, "downwardAPI": {"items": items, "defaultMode": 420}}


def strategy() -> Json:
    return {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 0}}


def _pod(component: Json, settings: Settings) -> Json:
    """The pod of a componentSpec with the original's defaults."""
    pod = dict(component.get("spec") or {})
    pod["containers"] = list(pod.get("containers") or [])
    for container in pod["containers"]:
        fill(container)
    pod["restartPolicy"] = pod.get("restartPolicy") or "Always"
    pod["dnsPolicy"] = pod.get("dnsPolicy") or "ClusterFirst"
    pod["schedulerName"] = pod.get("schedulerName") or "default-scheduler"
    pod.setdefault("terminationGracePeriodSeconds", GRACE_SECONDS)
    pod.pop("securityContext", None)
    if settings.default_user is not None:
        pod["securityContext"] = {"runAsUser": settings.default_user}
    volumes = list(pod.get("volumes") or [])
    if not any(volume["name"] == graph.PODINFO_VOLUME for volume in volumes):
        volumes.append(podinfo_volume())
    pod["volumes"] = volumes
    return pod


def build(
    name: str,
    seldon_id: str,
    component: Json,
    predictor: Json,
    sdep: Json,
    settings: Settings,
    *,
    scraped: bool = True,
) -> Json:
    """The Deployment of a componentSpec, without an orchestrator; `scraped`: Prometheus shall find its pods.

    Its containers are those of `component`, not copies: what is added to one later also shows in ENGINE_PREDICTOR,
    as with the original. Its list of containers is its own.
    """
    metadata = component.get("metadata") or {}
    labels = {
        SELDON_ID: seldon_id,
        "app": name,
        "fluentd": "true",
        **(predictor.get("labels") or {}),
        **(metadata.get("labels") or {}),
    }
    annotations = {
        **(sdep["spec"].get("annotations") or {}),
        **(predictor.get("annotations") or {}),
        **(metadata.get("annotations") or {}),
    }
    scrape = {"prometheus.io/path": settings.prometheus_path, "prometheus.io/scrape": "true"} if scraped else {}
    template = {
        "metadata": {"labels": dict(labels), "annotations": scrape | annotations},
        "spec": _pod(component, settings),
    }
    spec: Json = {"selector": {"matchLabels": {SELDON_ID: seldon_id}}, "template": template, "strategy": strategy()}
    if predictor.get("progressDeadlineSeconds") is not None:
        spec["progressDeadlineSeconds"] = predictor["progressDeadlineSeconds"]
    if predictor.get("shadow"):
        template["metadata"]["labels"]["seldon.io/shadow"] = "true"
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {
            "name": name,
            "namespace": sdep["metadata"]["namespace"],
            "labels": labels,
            "annotations": dict(annotations),
        },
        "spec": spec,
    }


def containers(deployment: Json) -> list[Json]:
    found: list[Json] = deployment["spec"]["template"]["spec"]["containers"]
    return found
