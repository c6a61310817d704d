"""The init container that fetches a model to /mnt/models before its server starts."""

from __future__ import annotations

from typing import Any

from . import deployments, names
from .containers import MODEL_PATH
from .settings import Settings

Json = dict[str, Any]

PVC_SCHEME = "pvc://"
PVC_VOLUME = "kfserving-pvc-source"
PVC_PATH = "/mnt/pvc"
RESOURCES = {
    "requests": {"cpu": "cpuRequest", "memory": "memoryRequest"},
    "limits": {"cpu": "cpuLimit", "memory": "memoryLimit"},
}


def _mount(container: Json, volume: str, path: str) -> None:
    mounts = container.setdefault("volumeMounts", [])
    if not any(mount["name"] == volume for mount in mounts):
        mounts.append({"name": volume, "mountPath": path, "readOnly": True})


def inject(
    deployment: Json,
    container: Json,
    source: str,
    settings: Settings,
    *,
    secret: str = "",
    image: str = "",
) -> None:
    """Add the init container for `source` (a URI) and the volume that it shares with `container`, once.

    `secret` names a Secret whose keys become its environment; `image` replaces the one of seldon-config.
    """
    if not source:
        return
    pod = deployment["spec"]["template"]["spec"]
    volume = names.truncate(f"{container['name']}-provision-location")
    name = names.truncate(f"{container['name']}-model-initializer")
    present = pod.get("initContainers") or []
    if any(c["name"] == name for c in present):
        _mount(container, volume, MODEL_PATH)
        return

    volumes: list[Json] = []
    mounts: list[Json] = []
    if source.startswith(PVC_SCHEME):
        claim, _, path = source.removeprefix(PVC_SCHEME).partition("/")
        volumes.append({"name": PVC_VOLUME, "persistentVolumeClaim": {"claimName": claim}})
        mounts.append({"name": PVC_VOLUME, "mountPath": PVC_PATH, "readOnly": True})
        # The model may be linked, not copied, from the claim: then the server needs the claim as well.
        _mount(container, PVC_VOLUME, PVC_PATH)
        source = f"{PVC_PATH}/{path}"
    volumes.append({"name": volume, "emptyDir": {}})
    mounts.append({"name": volume, "mountPath": MODEL_PATH})

    made: Json = {
        "name": name,
        "image": image or settings.storage.get("image") or settings.orchestrator_image,
        "imagePullPolicy": "IfNotPresent",
        "args": [source, MODEL_PATH],
        "volumeMounts": mounts,
        "terminationMessagePath": "/dev/termination-log",
        "terminationMessagePolicy": "File",
        "resources": _resources(settings),
    }
    if secret:
        made["envFrom"] = [{"secretRef": {"name": secret}}]
    _mount(container, volume, MODEL_PATH)
    pod["volumes"] = [*(pod.get("volumes") or []), *volumes]
    pod["initContainers"] = [*present, made]


def _resources(settings: Settings) -> Json:
    found = {
        kind: {unit: settings.storage[key] for unit, key in keys.items() if settings.storage.get(key)}
        for kind, keys in RESOURCES.items()
    }
    return {kind: units for kind, units in found.items() if units}


def container_of(deployment: Json, name: str) -> Json | None:
    return next((c for c in deployments.containers(deployment) if c["name"] == name), None)
