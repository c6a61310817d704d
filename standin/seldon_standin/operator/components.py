"""Everything that belongs to a SeldonDeployment: the pure heart of the operator."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from . import autoscaling, containers, deployments, explainer, graph, names, orchestrator, servers, services
from .orchestrator import ComponentError
from .settings import Settings

Json = dict[str, Any]

# Where predictions go by protocol; {} is the name of the graph's root.
PREDICTIONS = {
    "tensorflow": "/v1/models/{}:predict",
    "v2": "/v2/models/{}/infer",
    "kfserving": "/v2/models/{}/infer",
}

__all__ = ["ComponentError", "Components", "build"]


@dataclass
class Components:
    """Objects to exist, in the order in which they are made here, and what the status will say of them."""

    deployments: list[Json] = field(default_factory=list)
    services: list[Json] = field(default_factory=list)
    autoscalers: list[Json] = field(default_factory=list)
    budgets: list[Json] = field(default_factory=list)
    service_status: dict[str, Json] = field(default_factory=dict)
    default_deployment: str = ""
    address: str = ""

    def objects(self) -> list[Json]:
        return [*self.deployments, *self.services, *self.autoscalers, *self.budgets]


def build(sdep: Json, settings: Settings) -> Components:
    """Make the objects for a SeldonDeployment of any served version, as the user wrote it.

    Raises ComponentError where the original's reconciliation fails.
    """
    sdep = graph.default(sdep, settings)
    made = Components()
    spec = sdep["spec"]
    entrances: list[int] = []
    for index, predictor in enumerate(spec.get("predictors") or []):
        _Predictor(sdep, predictor, settings, made).build(first=index == 0)
        name = names.predictor_service(sdep["metadata"]["name"], predictor)
        endpoint = made.service_status.get(name, {}).get("httpEndpoint", ":0")
        entrances.append(int(endpoint.rpartition(":")[2]))
    if entrances:
        first = names.predictor_service(sdep["metadata"]["name"], spec["predictors"][0])
        host = f"{first}.{sdep['metadata']['namespace']}.svc.cluster.local:{entrances[0]}"
        path = PREDICTIONS.get(spec.get("protocol") or "", "/api/v1.0/predictions")
        made.address = f"http://{host}{path.format(spec['predictors'][0]['graph']['name'])}"
    reference = _owner(sdep)
    for item in made.objects():
        item["metadata"]["ownerReferences"] = [reference]
    return made


def _owner(sdep: Json) -> Json:
    return {
        "apiVersion": "machinelearning.seldon.io/v1",
        "kind": "SeldonDeployment",
        "name": sdep["metadata"]["name"],
        "uid": sdep["metadata"].get("uid", ""),
        "controller": True,
        "blockOwnerDeletion": True,
    }


class _Predictor:
    """One predictor's share of the components; `made` is filled as it goes."""

    def __init__(self, sdep: Json, predictor: Json, settings: Settings, made: Components) -> None:
        self.sdep, self.predictor, self.settings, self.made = sdep, predictor, settings, made
        self.name: str = sdep["metadata"]["name"]
        self.namespace: str = sdep["metadata"]["namespace"]
        self.seldon_id = names.seldon_id(self.name)
        self.service = names.predictor_service(self.name, predictor)
        annotations = predictor.get("annotations") or {}
        self.orchestrated = (annotations.get(graph.NO_ORCHESTRATOR) or "").lower() != "true"
        separate = (sdep["spec"].get("annotations") or {}).get(graph.SEPARATE_POD) or ""
        self.separate = separate.lower() == "true"

    def build(self, *, first: bool) -> None:
        predictor, made = self.predictor, self.made
        if self.separate and self.orchestrated:
            # Built before the containers are completed, as the original does: its ENGINE_PREDICTOR has bare containers.
            made.deployments.append(orchestrator.deployment(self.sdep, predictor, self.service, self.settings))
        for index, component in enumerate(predictor.get("componentSpecs") or []):
            if (component.get("spec") or {}).get("containers"):
                self._component(component, index, default=first and index == 0)
        self._servers()
        if self.orchestrated:
            if not self.separate:
                orchestrator.add(self._host(), self.service, self.sdep, predictor, self.settings)
            http_port, grpc_port = self.settings.orchestrator_http_port, self.settings.orchestrator_grpc_port
            self._entrance(http_port, grpc_port, {})
        if deployments.has_explainer(predictor):
            entrance = made.service_status.get(self.service)
            if entrance is None:
                raise ComponentError(f"There is nothing to explain: predictor {predictor['name']} has no container")
            deployment, service, status = explainer.build(self.sdep, predictor, entrance, self.settings)
            made.deployments.append(deployment)
            made.services.append(service)
            made.service_status[service["metadata"]["name"]] = status

    def _component(self, component: Json, index: int, *, default: bool) -> None:
        name = names.deployment(
            self.name, self.predictor["name"], component, index, name_as_prefix=self.settings.name_as_prefix
        )
        if default:
            self.made.default_deployment = name
        deployment = deployments.build(name, self.seldon_id, component, self.predictor, self.sdep, self.settings)
        self._scale(component, deployment)
        for container in deployments.containers(deployment):
            unit = graph.find(self.predictor["graph"], container["name"])
            deployments.label(deployment, deployments.role_labels(unit, self.predictor))
            internal = container["name"] in (orchestrator.NAME, graph.TENSORFLOW_CONTAINER)
            if unit is not None and not internal:
                self._container(deployment, container, unit)
        self.made.deployments.append(deployment)

    def _scale(self, component: Json, deployment: Json) -> None:
        """An autoscaler owns the number of replicas (KEDA's, which is not made here, before ours); else the most
        specific number given."""
        keda, hpa = component.get("kedaSpec"), component.get("hpaSpec")
        if keda is None and hpa is not None:
            self.made.autoscalers.append(autoscaling.autoscaler(hpa, deployment, self.seldon_id))
        elif keda is None:
            places = (component, self.predictor, self.sdep["spec"])
            given = [place["replicas"] for place in places if place.get("replicas") is not None]
            if given:
                deployment["spec"]["replicas"] = given[0]
        if component.get("pdbSpec") is not None:
            self.made.budgets.append(autoscaling.budget(component["pdbSpec"], deployment, self.seldon_id))

    def _container(self, deployment: Json, container: Json, unit: Json) -> None:
        service = services.for_container(self.sdep, self.predictor, unit, container["name"])
        service["metadata"]["labels"].update(deployments.role_labels(unit, self.predictor))
        name = service["metadata"]["name"]
        deployments.label(deployment, {services.container_key(container["name"]): name}, select=True)
        containers.complete(container, unit, self.predictor, self.sdep, self.settings)
        ports = int(unit["endpoint"]["httpPort"]), int(unit["endpoint"]["grpcPort"])
        self.made.services.append(service)
        self.made.service_status[name] = services.endpoint(name, self.namespace, *ports)
        if not self.orchestrated:
            deployments.label(deployment, {deployments.SELDON_APP: self.service}, select=True)
            self._entrance(*ports, deployments.role_labels(unit, self.predictor))

    def _entrance(self, http_port: int, grpc_port: int, labels: dict[str, str]) -> None:
        service = services.for_predictor(self.service, self.sdep, self.predictor, http_port, grpc_port)
        service["metadata"]["labels"].update(labels)
        self.made.services.append(service)
        status = services.endpoint(self.service, self.namespace, http_port, grpc_port)
        self.made.service_status[self.service] = status

    def _servers(self) -> None:
        for unit in graph.walk(self.predictor["graph"]):
            if graph.is_prepackaged(unit):
                deployment = self._deployment_with(unit["name"])
                if deployment is None:
                    raise ComponentError(
                        f"Failed to find PodSpec for Prepackaged server PreditiveUnit named {unit['name']}"
                    )
                servers.complete(unit, deployment, self.sdep, self.settings)

    def _deployment_with(self, container: str) -> Json | None:
        """The last one made with such a container: earlier predictors may have containers of the same name."""
        for deployment in reversed(self.made.deployments):
            if any(c["name"] == container for c in deployments.containers(deployment)):
                return deployment
        return None

    def _host(self) -> Json:
        """The Deployment that takes the orchestrator: that of the first node with a container in the first pod."""
        local = [
            unit
            for unit in graph.walk(self.predictor["graph"])
            if (unit.get("endpoint") or {}).get("service_host") == "localhost"
        ]
        if not local:
            raise ComponentError(
                "engine not separate and no pu with localhost service - not clear where to inject engine"
            )
        deployment = self._deployment_with(local[0]["name"])
        if deployment is None:
            raise ComponentError(
                "engine not separate and no deployment for pu with localhost service - not clear where to inject engine"
            )
        return deployment
