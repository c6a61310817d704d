"""The container of a graph node: its ports, probes, environment and the pause before it stops."""

from __future__ import annotations

import json
from typing import Any

from . import graph
from .settings import Settings

Json = dict[str, Any]

MODEL_PATH = "/mnt/models"
LIVENESS_DELAY = 60
PAUSE = {"preStop": {"exec": {"command": ["/bin/sh", "-c", "/bin/sleep 10"]}}}


def tcp_probe(port: int | str, delay: int, failures: int = 3) -> Json:
    return {
        "tcpSocket": {"port": port},
        "initialDelaySeconds": delay,
        "timeoutSeconds": 1,
        "periodSeconds": 5,
        "successThreshold": 1,
        "failureThreshold": failures,
    }


def set_env(container: Json, name: str, value: str, *, override: bool = False) -> None:
    """Add a variable; one that is there already stays unless `override`."""
    env = container.setdefault("env", [])
    for variable in env:
        if variable["name"] == name:
            if override:
                variable.pop("valueFrom", None)
                variable["value"] = value
            return
    env.append({"name": name, "value": value})


def parameters_text(parameters: list[Json]) -> str:
    """The parameters as the wrapper reads them from PREDICTIVE_UNIT_PARAMETERS: compact, name, value, type."""
    ordered = [{key: parameter.get(key, "") for key in ("name", "value", "type")} for parameter in parameters]
    return json.dumps(ordered, separators=(",", ":"), ensure_ascii=False)


def fill(container: Json) -> None:
    """What the original writes into every container so that the API server's defaults change nothing."""
    graph.write_defaults(container)
    container.setdefault("resources", {})


def complete(container: Json, unit: Json, predictor: Json, sdep: Json, settings: Settings) -> None:
    """Make the container one that the orchestrator can call as `unit`. The container is changed in place."""
    endpoint = unit["endpoint"]
    http_port, grpc_port = int(endpoint["httpPort"]), int(endpoint["grpcPort"])
    grpc = sdep["spec"].get("transport") == "grpc" or endpoint.get("type") == "GRPC"
    ports = container.setdefault("ports", [])
    for name, number in (("http", http_port), ("grpc", grpc_port)):
        if graph.port(ports, name) is None:
            ports.append({"name": name, "containerPort": number, "protocol": "TCP"})

    probed = grpc_port if grpc else http_port
    if not container.get("livenessProbe"):
        container["livenessProbe"] = tcp_probe(probed, LIVENESS_DELAY)
    if not container.get("readinessProbe"):
        container["readinessProbe"] = tcp_probe(probed, settings.readiness_delay)
    if not container.get("lifecycle"):
        container["lifecycle"] = PAUSE
    _environment(container, unit, predictor, sdep, settings, probed)


def _environment(container: Json, unit: Json, predictor: Json, sdep: Json, settings: Settings, probed: int) -> None:
    endpoint = unit["endpoint"]
    set_env(container, "PREDICTIVE_UNIT_SERVICE_PORT", str(probed))
    for name in ("PREDICTIVE_UNIT_HTTP_SERVICE_PORT", "MLSERVER_HTTP_PORT"):
        set_env(container, name, str(endpoint["httpPort"]))
    for name in ("PREDICTIVE_UNIT_GRPC_SERVICE_PORT", "MLSERVER_GRPC_PORT"):
        set_env(container, name, str(endpoint["grpcPort"]))
    if unit.get("parameters"):
        set_env(container, "PREDICTIVE_UNIT_PARAMETERS", parameters_text(unit["parameters"]))
    if unit.get("modelUri"):
        set_env(container, "MLSERVER_MODEL_URI", MODEL_PATH)

    # Identity is appended even where the manifest has the same variable: the last one of a name counts.
    labels = json.dumps(predictor.get("labels") or {}, separators=(",", ":"), sort_keys=True, ensure_ascii=False)
    appended = {
        "PREDICTIVE_UNIT_ID": container["name"],
        "MLSERVER_MODEL_NAME": container["name"],
        "PREDICTIVE_UNIT_IMAGE": container.get("image", ""),
        "PREDICTOR_ID": predictor["name"],
        "PREDICTOR_LABELS": labels,
        "SELDON_DEPLOYMENT_ID": sdep["metadata"]["name"],
        "SELDON_EXECUTOR_ENABLED": "true",
    }
    metrics_port = graph.port(container.get("ports"), settings.unit_metrics_port_name)
    if metrics_port is not None:
        appended |= {
            "PREDICTIVE_UNIT_METRICS_SERVICE_PORT": str(metrics_port),
            "PREDICTIVE_UNIT_METRICS_ENDPOINT": settings.prometheus_path,
            "MLSERVER_METRICS_PORT": str(metrics_port),
            "MLSERVER_METRICS_ENDPOINT": settings.prometheus_path,
        }
    container["env"] += [{"name": name, "value": value} for name, value in appended.items()]
