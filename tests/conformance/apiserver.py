"""What the Kubernetes API server writes into an object when it stores it: defaults, and nothing else.

Recordings show stored objects; the operator's pure function gives them before they are stored. Only kinds and fields
that the operator makes are here (Kubernetes 1.34, one IPv4 family).
"""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

PROBES = ("livenessProbe", "readinessProbe", "startupProbe")
PROBE = {"timeoutSeconds": 1, "periodSeconds": 10, "successThreshold": 1, "failureThreshold": 3}


def refusal(item: Json) -> str | None:
    """Why the API server would not take a Deployment that the operator makes; None if it would."""
    if item["kind"] != "Deployment":
        return None
    name = item["metadata"]["name"]
    for index, container in enumerate(item["spec"]["template"]["spec"]["containers"]):
        if not container.get("image"):
            path = f"spec.template.spec.containers[{index}].image"
            return f'Deployment.apps "{name}" is invalid: {path}: Required value'
    return None


def stored(item: Json) -> Json:
    """A copy of the object as the API server would store it; its status and server-made metadata are left out."""
    item = _whole(item)
    item.pop("apiVersion", None)
    metadata = item["metadata"]
    metadata.pop("namespace", None)
    for key in ("annotations", "labels"):
        if not metadata.get(key):
            metadata.pop(key, None)
    for reference in metadata.get("ownerReferences", []):
        reference.pop("uid", None)
    if item["kind"] == "Deployment":
        _deployment(item["spec"])
    elif item["kind"] == "Service":
        _service(item["spec"])
    elif item["kind"] == "HorizontalPodAutoscaler":
        item["spec"].setdefault("minReplicas", 1)
    return item


def _whole(value: Any) -> Any:
    """A copy without null and without empty lists: no stored object has them."""
    if isinstance(value, dict):
        return {key: _whole(inner) for key, inner in value.items() if inner is not None and inner != []}
    return [_whole(inner) for inner in value] if isinstance(value, list) else value


def _deployment(spec: Json) -> None:
    spec.setdefault("replicas", 1)
    spec.setdefault("progressDeadlineSeconds", 600)
    spec.setdefault("revisionHistoryLimit", 10)
    spec["strategy"]["rollingUpdate"].setdefault("maxSurge", "25%")
    pod = spec["template"]["spec"]
    pod.setdefault("securityContext", {})
    if "serviceAccountName" in pod:
        pod.setdefault("serviceAccount", pod["serviceAccountName"])
    for volume in pod.get("volumes", []):
        for source in ("secret", "configMap", "downwardAPI", "projected"):
            if source in volume:
                volume[source].setdefault("defaultMode", 420)
    for container in [*pod["containers"], *pod.get("initContainers", [])]:
        _container(container)


def _container(container: Json) -> None:
    container.setdefault("resources", {})
    container.setdefault("terminationMessagePath", "/dev/termination-log")
    container.setdefault("terminationMessagePolicy", "File")
    latest = container.get("image", "").endswith(":latest") or ":" not in container.get("image", "").rpartition("/")[2]
    container.setdefault("imagePullPolicy", "Always" if latest else "IfNotPresent")
    for port in container.get("ports", []):
        port.setdefault("protocol", "TCP")
    for variable in container.get("env", []):
        if variable.get("value") == "":
            del variable["value"]
        if reference := variable.get("valueFrom", {}).get("fieldRef"):
            reference.setdefault("apiVersion", "v1")
    for name in PROBES:
        if name in container:
            probe = container[name]
            for key, value in PROBE.items():
                probe.setdefault(key, value)
            if "httpGet" in probe:
                probe["httpGet"].setdefault("path", "/")
                probe["httpGet"].setdefault("scheme", "HTTP")
    for mount in container.get("volumeMounts", []):
        if mount.get("readOnly") is False:
            del mount["readOnly"]


def _service(spec: Json) -> None:
    spec.setdefault("internalTrafficPolicy", "Cluster")
    spec.setdefault("ipFamilies", ["IPv4"])
    spec.setdefault("ipFamilyPolicy", "SingleStack")
