"""The Services: one per container of a node, one per predictor, one per explainer."""

from __future__ import annotations

from typing import Any

from . import names
from .deployments import MANAGED_BY, SELDON_APP, SELDON_ID

Json = dict[str, Any]

HEADLESS = "seldon.io/headless-svc"


def _service(name: str, namespace: str, labels: Json, annotations: Json, selector: Json, ports: Json) -> Json:
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name, "namespace": namespace, "labels": labels, "annotations": annotations},
        "spec": {
            "ports": [
                {"name": port_name, "port": number, "targetPort": number, "protocol": "TCP"}
                for port_name, number in ports.items()
                if number
            ],
            "selector": selector,
            "sessionAffinity": "None",
            "type": "ClusterIP",
        },
    }


def container_key(container: str) -> str:
    """The label by which a container's Service finds its pods."""
    return names.shorten(f"seldon-app-svc-{container}")


def for_container(sdep: Json, predictor: Json, unit: Json, container: str) -> Json:
    """Reaches one component directly, not through the orchestrator."""
    name = names.container_service(sdep["metadata"]["name"], predictor["name"], container)
    key = container_key(container)
    labels = {
        key: name,
        SELDON_ID: names.seldon_id(sdep["metadata"]["name"]),
        SELDON_APP: names.predictor_service(sdep["metadata"]["name"], predictor),
    }
    ports = {"http": unit["endpoint"]["httpPort"], "grpc": unit["endpoint"]["grpcPort"]}
    annotations = dict(predictor.get("annotations") or {})
    return _service(name, sdep["metadata"]["namespace"], labels, annotations, {key: name}, ports)


def for_predictor(name: str, sdep: Json, predictor: Json, http_port: int, grpc_port: int) -> Json:
    """The entrance to a predictor (or to its explainer, which has no gRPC port: 0)."""
    labels = {
        SELDON_APP: name,
        SELDON_ID: names.seldon_id(sdep["metadata"]["name"]),
        MANAGED_BY: "seldon-core",
    }
    ports = {"http": http_port, "grpc": grpc_port}
    annotations = dict(predictor.get("annotations") or {})
    service = _service(name, sdep["metadata"]["namespace"], labels, annotations, {SELDON_APP: name}, ports)
    if names.annotation(sdep, HEADLESS, "false") != "false":
        service["spec"]["clusterIP"] = "None"
    return service


def endpoint(name: str, namespace: str, http_port: int, grpc_port: int) -> Json:
    """The entry of a Service in the SeldonDeployment's status.serviceStatus."""
    entry = {"svcName": name, "httpEndpoint": f"{name}.{namespace}:{http_port}"}
    if grpc_port:
        entry["grpcEndpoint"] = f"{name}.{namespace}:{grpc_port}"
    return entry
