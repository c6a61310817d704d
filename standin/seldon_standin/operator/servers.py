"""Prepackaged servers: nodes that name an implementation and a modelUri instead of an image."""

from __future__ import annotations

from typing import Any

from . import graph, initializer, mlserver, tensorflow, triton
from .containers import MODEL_PATH, parameters_text, set_env
from .orchestrator import ComponentError
from .settings import Settings

Json = dict[str, Any]


def complete(unit: Json, deployment: Json, sdep: Json, settings: Settings) -> None:
    """Finish the container of a prepackaged node: image, parameters, and the download of its model.

    An image that seldon-config lacks for the protocol stays empty, and the API server refuses the Deployment.
    Raises ComponentError for a server that seldon-config does not have.
    """
    implementation, protocol = unit["implementation"], sdep["spec"].get("protocol") or ""
    if unit.get("serviceAccountName"):
        deployment["spec"]["template"]["spec"]["serviceAccountName"] = unit["serviceAccountName"]
    if implementation not in settings.servers:
        raise ComponentError(f"Failed to get server config for {implementation}")
    container = initializer.container_of(deployment, unit["name"])
    if container is None:
        raise ComponentError(f"Invalid configuration: cannot find container: {unit['name']}")
    secret = unit.get("envSecretRefName") or settings.unit_env_secret
    match implementation:
        case "TENSORFLOW_SERVER":
            container = tensorflow.complete(container, unit, deployment, protocol, settings)
        case "TRITON_SERVER":
            triton.complete(container, unit, sdep, secret)
        case _ if protocol in mlserver.PROTOCOLS:
            if graph.server_image(settings, implementation, protocol) is None:
                raise ComponentError(f"no image compatible with kfserving protocol for {implementation}")
            mlserver.complete(container, unit, sdep["metadata"]["namespace"])
        case _:
            model = {"name": "model_uri", "value": MODEL_PATH, "type": "STRING"}
            parameters = parameters_text([*(unit.get("parameters") or []), model])
            set_env(container, "PREDICTIVE_UNIT_PARAMETERS", parameters, override=True)
    if not container.get("image"):
        container["image"] = graph.server_image(settings, implementation, protocol) or ""
    if implementation == "TRITON_SERVER" and triton.reads_by_itself(sdep):
        return
    source, image = unit.get("modelUri", ""), unit.get("storageInitializerImage", "")
    initializer.inject(deployment, container, source, settings, secret=secret, image=image)
