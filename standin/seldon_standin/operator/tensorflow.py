"""TensorFlow Serving: the node's own container with protocol tensorflow, else one beside Seldon's proxy."""

from __future__ import annotations

from typing import Any

from . import deployments, graph
from .containers import MODEL_PATH, parameters_text, set_env
from .settings import Settings

Json = dict[str, Any]

GRPC_PORT, REST_PORT = 2000, 2001
ENDPOINTS = {"rest_endpoint": f"http://0.0.0.0:{REST_PORT}", "grpc_endpoint": f"0.0.0.0:{GRPC_PORT}"}


def complete(container: Json, unit: Json, deployment: Json, protocol: str, settings: Settings) -> Json:
    """Finish a TENSORFLOW_SERVER; the container that is given the model's files.

    With another protocol than tensorflow the node's container is the proxy, whatever image it had.
    """
    if protocol == "tensorflow":
        endpoint = unit["endpoint"]
        served = _served(container["name"], unit, settings, int(endpoint["grpcPort"]), int(endpoint["httpPort"]))
        for key in ("image", "args", "ports"):
            container[key] = container.get(key) or served[key]
        return container
    container["image"] = graph.server_image(settings, unit["implementation"], protocol) or ""
    parameters = list(unit.get("parameters") or [])
    if not any(parameter.get("name") in ENDPOINTS for parameter in parameters):
        parameters += [{"name": name, "value": value, "type": "STRING"} for name, value in ENDPOINTS.items()]
    parameters.append({"name": "model_name", "value": unit["name"], "type": "STRING"})
    set_env(container, "PREDICTIVE_UNIT_PARAMETERS", parameters_text(parameters), override=True)
    served = _served(graph.TENSORFLOW_CONTAINER, unit, settings, GRPC_PORT, REST_PORT)
    for beside in deployments.containers(deployment):
        if beside["name"] == graph.TENSORFLOW_CONTAINER:
            for key in ("image", "args", "ports"):
                beside[key] = beside.get(key) or served[key]
            return beside
    deployments.containers(deployment).append(served)
    return served


def _served(name: str, unit: Json, settings: Settings, grpc_port: int, rest_port: int) -> Json:
    return {
        "name": name,
        "image": graph.server_image(settings, unit["implementation"], "tensorflow") or "",
        "imagePullPolicy": "IfNotPresent",
        "args": [
            f"--port={grpc_port}",
            f"--rest_api_port={rest_port}",
            f"--model_name={unit['name']}",
            f"--model_base_path={MODEL_PATH}",
        ],
        "ports": [{"containerPort": number, "protocol": "TCP"} for number in (grpc_port, rest_port)],
        "terminationMessagePath": "/dev/termination-log",
        "terminationMessagePolicy": "File",
    }
