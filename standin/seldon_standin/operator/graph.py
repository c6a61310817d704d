"""The graph of a predictor: finding nodes and containers, and the defaults that the operator fills in.

Defaults are never written back to the SeldonDeployment: they show in ENGINE_PREDICTOR and in what is made of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from . import names
from .settings import Settings

Json = dict[str, Any]

UNKNOWN = "UNKNOWN_IMPLEMENTATION"
BUILT_IN = frozenset({"SIMPLE_MODEL", "SIMPLE_ROUTER", "RANDOM_ABTEST", "AVERAGE_COMBINER", UNKNOWN})
# Annotations: of the predictor, of the SeldonDeployment's spec.
NO_ORCHESTRATOR = "seldon.io/no-engine"
SEPARATE_POD = "seldon.io/engine-separate-pod"
PODINFO_VOLUME = "seldon-podinfo"
PODINFO_PATH = "/etc/podinfo"
DEFAULTS = {
    "imagePullPolicy": "IfNotPresent",
    "terminationMessagePath": "/dev/termination-log",
    "terminationMessagePolicy": "File",
}
TENSORFLOW_CONTAINER = "tfserving"


def walk(node: Json) -> Iterator[Json]:
    """The node and all below it, parents first."""
    yield node
    for child in node.get("children") or []:
        yield from walk(child)


def find(node: Json, name: str) -> Json | None:
    """The first node of this name: two nodes may share one."""
    return next((unit for unit in walk(node) if unit["name"] == name), None)


def is_prepackaged(node: Json) -> bool:
    implementation = node.get("implementation")
    return bool(implementation) and implementation not in BUILT_IN


def containers(predictor: Json) -> Iterator[tuple[int, Json]]:
    """Every container of the componentSpecs with the index of its componentSpec."""
    for index, component in enumerate(predictor.get("componentSpecs") or []):
        for container in component.get("spec", {}).get("containers") or []:
            yield index, container


def container_for(predictor: Json, name: str) -> Json | None:
    return next((container for _, container in containers(predictor) if container["name"] == name), None)


def port(ports: list[Json] | None, name: str) -> int | None:
    return next((int(p["containerPort"]) for p in ports or [] if p.get("name") == name), None)


def server_image(settings: Settings, implementation: str, protocol: str) -> str | None:
    """Image of a prepackaged server from seldon-config, or None if the server or the protocol is not there."""
    protocols = settings.servers.get(implementation, {}).get("protocols", {})
    entry = protocols.get(protocol or "seldon")
    if entry is None and protocol in ("v2", "kfserving"):
        entry = protocols.get("kfserving" if protocol == "v2" else "v2")
    if not entry:
        return None
    version = entry.get("defaultImageVersion")
    return f"{entry['image']}:{version}" if version else str(entry["image"])


class _Ports:
    """Ports are given out in order of first sight of a container's name, over all predictors."""

    def __init__(self, settings: Settings) -> None:
        self._http: dict[str, int] = {}
        self._settings = settings
        self.next_metrics = settings.unit_metrics_port

    def of(self, container: str) -> tuple[int, int]:
        """HTTP and gRPC port."""
        index = self._http.setdefault(container, len(self._http))
        return self._settings.unit_http_port + index, self._settings.unit_grpc_port + index


def _default_types(node: Json) -> None:
    if node.get("type") is None and node.get("methods") is None and node.get("implementation") is None:
        node["type"] = "MODEL"
    if node.get("implementation") is None:
        node["implementation"] = UNKNOWN
    elif is_prepackaged(node):
        node["type"] = "MODEL"
    for child in node.get("children") or []:
        _default_types(child)


def _connect(
    unit: Json, container: Json, ports: _Ports, *, local: bool, grpc: bool, service: str, metrics_name: str
) -> None:
    """Give the node its endpoint and the container its metrics port and its view of the pod's annotations."""
    http_port, grpc_port = ports.of(container["name"])
    http_port = port(container.get("ports"), "http") or http_port
    grpc_port = port(container.get("ports"), "grpc") or grpc_port
    write_defaults(container)
    mounts = container.setdefault("volumeMounts", [])
    if not any(mount["name"] == PODINFO_VOLUME for mount in mounts):
        mounts.append({"name": PODINFO_VOLUME, "mountPath": PODINFO_PATH})
    if port(container.get("ports"), metrics_name) is None:
        container.setdefault("ports", []).append(
            {"name": metrics_name, "containerPort": ports.next_metrics, "protocol": "TCP"}
        )
        ports.next_metrics += 1
    endpoint = unit.setdefault("endpoint", {})
    endpoint["service_host"] = "localhost" if local else service
    endpoint["service_port"] = grpc_port if grpc or endpoint.get("type") == "GRPC" else http_port
    endpoint["httpPort"] = http_port
    endpoint["grpcPort"] = grpc_port


def write_defaults(container: Json) -> None:
    """The API server's own defaults, as the original writes them into a container."""
    for field, value in DEFAULTS.items():
        container[field] = container.get(field) or value


def default(sdep: Json, settings: Settings) -> Json:
    """A copy of the SeldonDeployment with everything filled in that the operator decides by itself."""
    sdep = deepcopy(sdep)
    metadata = sdep["metadata"]
    namespace = metadata.setdefault("namespace", "default") or "default"
    spec = sdep.setdefault("spec", {})
    ports = _Ports(settings)
    separate = SEPARATE_POD in (spec.get("annotations") or {})
    grpc = spec.get("transport") == "grpc"
    for predictor in spec.get("predictors") or []:
        predictor["labels"] = {**(predictor.get("labels") or {})}
        predictor["labels"].setdefault("version", predictor["name"])
        graph = predictor["graph"]
        _default_types(graph)

        def connect(unit: Json, container: Json, index: int, predictor: Json = predictor) -> None:
            service = names.container_service(metadata["name"], predictor["name"], container["name"])
            _connect(
                unit,
                container,
                ports,
                local=index == 0 and not separate,
                grpc=grpc,
                service=f"{service}.{namespace}.svc.cluster.local",
                metrics_name=settings.unit_metrics_port_name,
            )

        for index, container in containers(predictor):
            ports.of(container["name"])
            unit = find(graph, container["name"])
            if unit is not None:
                connect(unit, container, index)
        for unit in walk(graph):
            if is_prepackaged(unit):
                _default_server(unit, predictor, spec.get("protocol") or "", settings, connect)
    return sdep


def _default_server(unit: Json, predictor: Json, protocol: str, settings: Settings, connect: Any) -> None:
    """A prepackaged server may come without a container: then one is made, in the first componentSpec."""
    container = container_for(predictor, unit["name"])
    existing = container is not None
    if container is None:
        container = {"name": unit["name"], "volumeMounts": [{"name": PODINFO_VOLUME, "mountPath": PODINFO_PATH}]}
    connect(unit, container, 0)
    if protocol != "tensorflow" and not container.get("image"):
        image = server_image(settings, unit["implementation"], protocol)
        if image:
            container["image"] = image
    if existing:
        return
    components = predictor.setdefault("componentSpecs", [])
    if not components:
        components.append({"metadata": {}, "spec": {"containers": []}})
    components[0].setdefault("spec", {}).setdefault("containers", []).append(container)
