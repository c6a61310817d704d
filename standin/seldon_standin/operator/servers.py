"""Prepackaged servers: nodes that name an implementation and a modelUri instead of an image."""

from __future__ import annotations

from typing import Any

from . import graph, initializer
from .containers import MODEL_PATH, parameters_text, set_env
from .orchestrator import ComponentError
from .settings import Settings

Json = dict[str, Any]

NO_INITIALIZER = "seldon.io/no-storage-initializer"
TENSORFLOW, TRITON = "TENSORFLOW_SERVER", "TRITON_SERVER"


def complete(unit: Json, predictor: Json, deployment: Json, protocol: str, settings: Settings) -> None:
    """Finish the container of a prepackaged node: image, parameters, and the download of its model.

    Raises ComponentError for a server that seldon-config does not have, or that the stand-in does not run.
    """
    implementation = unit["implementation"]
    if unit.get("serviceAccountName"):
        deployment["spec"]["template"]["spec"]["serviceAccountName"] = unit["serviceAccountName"]
    if implementation not in settings.servers:
        raise ComponentError(f"Failed to get server config for {implementation}")
    if implementation in (TENSORFLOW, TRITON) or protocol in ("tensorflow", "v2", "kfserving"):
        raise ComponentError(
            f"The stand-in runs prepackaged servers of protocol seldon only, not {implementation} with protocol "
            f"{protocol or 'seldon'}; use a container of your own for {unit['name']}"
        )
    container = initializer.container_of(deployment, unit["name"])
    if container is None:
        raise ComponentError(f"Invalid configuration: cannot find container: {unit['name']}")
    if not container.get("image"):
        container["image"] = graph.server_image(settings, implementation, protocol) or ""

    skip = (predictor.get("annotations") or {}).get(NO_INITIALIZER, "").lower() == "true"
    uri = unit.get("modelUri", "") if skip else MODEL_PATH
    parameters = [*(unit.get("parameters") or []), {"name": "model_uri", "value": uri, "type": "STRING"}]
    set_env(container, "PREDICTIVE_UNIT_PARAMETERS", parameters_text(parameters), override=True)
    if not skip:
        initializer.inject(
            deployment,
            container,
            unit.get("modelUri", ""),
            settings,
            secret=unit.get("envSecretRefName") or settings.unit_env_secret,
            image=unit.get("storageInitializerImage", ""),
        )
