"""A predictor's explainer: a Deployment and a Service of its own, that call the predictor."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from . import deployments, graph, initializer, mlserver, names, services
from .containers import LIVENESS_DELAY, MODEL_PATH, PAUSE, tcp_probe
from .settings import Settings

Json = dict[str, Any]

DEFAULT_PORT = 9000


def _over_grpc(sdep: Json, explainer: Json) -> bool:
    """Whether the explainer is told the predictor's gRPC port."""
    return sdep["spec"].get("transport") == "grpc" or (explainer.get("endpoint") or {}).get("type") == "GRPC"


def _arguments(sdep: Json, predictor: Json, entrance: Json, port: int) -> list[str]:
    spec, explainer = sdep["spec"], predictor["explainer"]
    grpc = _over_grpc(sdep, explainer)
    protocol = "tensorflow" if spec.get("protocol") == "tensorflow" else "seldon"
    uri = explainer.get("modelUri") or ""
    arguments = [
        f"--model_name={predictor['graph']['name']}",
        f"--predictor_host={entrance['grpcEndpoint' if grpc else 'httpEndpoint']}",
        f"--protocol={protocol}.{'grpc' if grpc else 'http'}",
        f"--http_port={port}",
    ]
    if uri:
        arguments.append(f"--storage_uri={MODEL_PATH}")
    arguments.append(explainer["type"])
    if explainer["type"] == "AnchorImages":
        arguments.append("--tf_data_type=float32")
    for key, value in sorted((explainer.get("config") or {}).items()):
        # Files beside the model are downloaded with it.
        arguments.append(f"--{key}={value.replace(uri, MODEL_PATH, 1) if uri else value}")
    return arguments


def _container(name: str, sdep: Json, predictor: Json, entrance: Json, settings: Settings) -> tuple[Json, int]:
    explainer = predictor["explainer"]
    container: Json = deepcopy(explainer.get("containerSpec") or {})
    container["name"] = container.get("name") or name
    container["imagePullPolicy"] = container.get("imagePullPolicy") or "IfNotPresent"
    v2 = (sdep["spec"].get("protocol") or "") in mlserver.PROTOCOLS
    container["image"] = container.get("image") or (settings.explainer_image_v2 if v2 else settings.explainer_image)
    asked = int((explainer.get("endpoint") or {}).get("service_port") or DEFAULT_PORT)
    own = graph.port(container.get("ports"), "http")
    if own is None:
        container.setdefault("ports", []).append({"name": "http", "containerPort": asked, "protocol": "TCP"})
    if not container.get("livenessProbe"):
        container["livenessProbe"] = tcp_probe("http", LIVENESS_DELAY, failures=5)
    if not container.get("readinessProbe"):
        container["readinessProbe"] = tcp_probe("http", settings.readiness_delay, failures=7)
    if not container.get("lifecycle"):
        container["lifecycle"] = PAUSE
    if v2:
        called = entrance["grpcEndpoint" if _over_grpc(sdep, explainer) else "httpEndpoint"]
        mlserver.explain(container, explainer, predictor["graph"]["name"], called, own or asked)
    else:
        container["args"] = _arguments(sdep, predictor, entrance, own or asked)
    return container, asked


def _replicas(sdep: Json, predictor: Json) -> int | None:
    """The explainer's own number, but none while the predictor has none."""
    own = predictor.get("replicas", sdep["spec"].get("replicas"))
    return 0 if own == 0 else predictor["explainer"].get("replicas")


def build(sdep: Json, predictor: Json, entrance: Json, settings: Settings) -> tuple[Json, Json, Json]:
    """Deployment, Service and serviceStatus entry; `entrance` is the predictor's serviceStatus entry."""
    explainer = predictor["explainer"]
    metadata = sdep["metadata"]
    name = names.explainer(metadata["name"], predictor["name"])
    container, port = _container(name, sdep, predictor, entrance, settings)
    component: Json = {"spec": {"containers": [container]}}
    seldon_id = names.seldon_id(metadata["name"])
    deployment = deployments.build(name, seldon_id, component, predictor, sdep, settings, scraped=False)
    if explainer.get("serviceAccountName"):
        deployment["spec"]["template"]["spec"]["serviceAccountName"] = explainer["serviceAccountName"]
    replicas = _replicas(sdep, predictor)
    if replicas is not None:
        deployment["spec"]["replicas"] = replicas
    initializer.inject(
        deployment,
        container,
        explainer.get("modelUri") or "",
        settings,
        secret=explainer.get("envSecretRefName") or "",
        image=explainer.get("storageInitializerImage") or "",
    )
    deployments.label(deployment, {**deployments.role_labels(None, predictor), deployments.SELDON_APP: name})

    service = services.for_predictor(name, sdep, predictor, port, 0)
    predictor_service = names.predictor_service(metadata["name"], predictor)
    service["metadata"]["labels"][deployments.SELDON_APP] = predictor_service
    service["metadata"]["labels"].update(deployments.role_labels(None, predictor))
    status = services.endpoint(name, metadata["namespace"], port, 0)
    return deployment, service, {**status, "explainerFor": predictor_service}
