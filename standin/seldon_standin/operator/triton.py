"""NVIDIA's Triton server, which speaks protocol v2 by itself."""

from __future__ import annotations

from typing import Any

from .containers import MODEL_PATH

Json = dict[str, Any]

# On the SeldonDeployment's spec: Triton reads the model from modelUri itself.
NO_INITIALIZER = "seldon.io/no-storage-initializer"
# Parameters of the node that become arguments, but only when Triton reads the model itself.
ARGUMENTS = {
    "model_control_mode": "--model-control-mode",
    "load_model": "--load-model",
    "strict_model_config": "--strict-model-config",
}


def reads_by_itself(sdep: Json) -> bool:
    annotations = sdep["spec"].get("annotations") or {}
    return str(annotations.get(NO_INITIALIZER) or "").lower() == "true"


def complete(container: Json, unit: Json, sdep: Json, secret: str) -> None:
    """Finish the container of a TRITON_SERVER, in place; `secret` names the Secret with the access to the model."""
    endpoint = unit["endpoint"]
    http_port, grpc_port = int(endpoint["httpPort"]), int(endpoint["grpcPort"])
    arguments = ["/opt/tritonserver/bin/tritonserver", f"--grpc-port={grpc_port}", f"--http-port={http_port}"]
    if reads_by_itself(sdep):
        arguments.append(f"--model-repository={unit.get('modelUri') or ''}")
        for parameter in unit.get("parameters") or []:
            if argument := ARGUMENTS.get(str(parameter.get("name", "")).lower()):
                arguments.append(f"{argument}={parameter.get('value', '')}")
        if secret and not container.get("envFrom"):
            container["envFrom"] = [{"secretRef": {"name": secret}}]
    else:
        arguments += [f"--model-repository={MODEL_PATH}", "--strict-model-config=false"]
    container["args"] = container.get("args") or arguments
    container["ports"] = [
        {"name": name, "containerPort": number, "protocol": "TCP"}
        for name, number in (("grpc", grpc_port), ("http", http_port))
    ]
