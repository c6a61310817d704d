"""Objects beside a Deployment: the horizontal autoscaler and the disruption budget of a componentSpec."""

from __future__ import annotations

from typing import Any

from .deployments import SELDON_ID

Json = dict[str, Any]

AVERAGE_VALUE = "AverageValue"


def _metadata(deployment: Json, seldon_id: str) -> Json:
    metadata = deployment["metadata"]
    return {"name": metadata["name"], "namespace": metadata["namespace"], "labels": {SELDON_ID: seldon_id}}


def _target(source: Json, *, value: str = "targetValue", average: str = "targetAverageValue") -> Json:
    """The target of a metric in v2 form from the flat fields of v2beta1."""
    if source.get("targetAverageUtilization") is not None:
        return {"type": "Utilization", "averageUtilization": source["targetAverageUtilization"]}
    if source.get(average) is not None:
        return {"type": AVERAGE_VALUE, "averageValue": source[average]}
    return {"type": "Value", "value": source.get(value)}


def _metric(name: str, selector: Json | None) -> Json:
    return {"name": name, "selector": selector} if selector else {"name": name}


def modern(metric: Json) -> Json:
    """A metric of autoscaling v2beta1, as manifests write it, in the form of autoscaling v2."""
    kind = metric["type"]
    field = kind[0].lower() + kind[1:]
    source = metric.get(field) or {}
    if kind == "Resource":
        return {"type": kind, field: {"name": source["name"], "target": _target(source)}}
    if kind == "ContainerResource":
        named = {"name": source["name"], "container": source["container"]}
        return {"type": kind, field: {**named, "target": _target(source)}}
    if kind == "Pods":
        shown = _metric(source["metricName"], source.get("selector"))
        return {"type": kind, field: {"metric": shown, "target": _target(source)}}
    if kind == "External":
        shown = _metric(source["metricName"], source.get("metricSelector"))
        return {"type": kind, field: {"metric": shown, "target": _target(source)}}
    shown = _metric(source["metricName"], source.get("selector"))
    target = _target(source, average="averageValue")
    return {"type": kind, field: {"describedObject": source["target"], "metric": shown, "target": target}}


def autoscaler(spec: Json, deployment: Json, seldon_id: str) -> Json:
    """A HorizontalPodAutoscaler from a componentSpec's hpaSpec."""
    name = deployment["metadata"]["name"]
    metrics = spec.get("metricsv2") or [modern(metric) for metric in spec.get("metrics") or []]
    made: Json = {
        "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": name},
        "maxReplicas": spec["maxReplicas"],
    }
    if metrics:
        made["metrics"] = metrics
    if spec.get("minReplicas") is not None:
        made["minReplicas"] = spec["minReplicas"]
    return {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": _metadata(deployment, seldon_id),
        "spec": made,
    }


def budget(spec: Json, deployment: Json, seldon_id: str) -> Json:
    """A PodDisruptionBudget from a componentSpec's pdbSpec; it counts all pods of the SeldonDeployment."""
    limits = {key: spec[key] for key in ("minAvailable", "maxUnavailable") if spec.get(key) is not None}
    return {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": _metadata(deployment, seldon_id),
        "spec": {**limits, "selector": {"matchLabels": {SELDON_ID: seldon_id}}},
    }
