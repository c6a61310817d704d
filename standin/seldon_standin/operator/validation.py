"""What the admission webhook refuses, in the original's own words.

The shape of the object (types, required and unknown fields) is the custom resource definition's business; see `schema`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from . import graph, names

Json = dict[str, Any]

KAFKA_VARIABLES = frozenset({"KAFKA_BROKER", "KAFKA_INPUT_TOPIC", "KAFKA_OUTPUT_TOPIC"})
WITHOUT_TENSORFLOW = frozenset({"SKLEARN_SERVER", "XGBOOST_SERVER", "MLFLOW_SERVER"})
WITHOUT_MODEL_URI = frozenset({"HUGGINGFACE_SERVER"})
# The original spells its group so in these messages.
GROUP = "machinelearing.seldon.io"


@dataclass(frozen=True)
class Invalid:
    """One thing wrong: the path of the field, its value, and why."""

    field: str
    value: str
    reason: str

    @property
    def message(self) -> str:
        return f"Invalid value: {json.dumps(self.value, ensure_ascii=False)}: {self.reason}"

    def __str__(self) -> str:
        return f"{self.field}: {self.message}"


def check(spec: Json, servers: Iterable[str]) -> list[Invalid]:
    """Everything wrong with the spec of a SeldonDeployment; `servers` are the implementations in seldon-config."""
    predictors = spec.get("predictors") or []
    found = _choices(spec)
    if spec.get("serverType") == "kafka":
        found += _kafka(predictors)
    if len(predictors) == 1 and predictors[0].get("shadow"):
        name = predictors[0]["name"]
        found.append(Invalid("spec.predictors[0]", name, "Shadow can not exist as only predictor"))
    if not predictors:
        found.append(Invalid("spec", spec.get("transport") or "", "Graph contains no predictors"))
    found += _predictors(predictors, spec.get("protocol") or "", frozenset(servers))
    found += _transports(predictors, spec.get("transport") or "")
    found += _traffic(predictors)
    return found


def _choices(spec: Json) -> list[Invalid]:
    allowed: Mapping[str, tuple[str, ...]] = {
        "protocol": ("seldon", "tensorflow", "kfserving", "v2"),
        "transport": ("rest", "grpc"),
        "serverType": ("rpc", "kafka"),
    }
    return [
        Invalid("spec", spec[name], f"Invalid {name}")
        for name, values in allowed.items()
        if spec.get(name) and spec[name] not in values
    ]


def _kafka(predictors: list[Json]) -> list[Invalid]:
    found = []
    for index, predictor in enumerate(predictors):
        given = [v["name"] for v in (predictor.get("svcOrchSpec") or {}).get("env") or []]
        if sum(name in KAFKA_VARIABLES for name in given) < len(KAFKA_VARIABLES):
            reason = "For kafka please supply svcOrchSpec envs KAFKA_BROKER, KAFKA_INPUT_TOPIC, KAFKA_OUTPUT_TOPIC"
            found.append(Invalid(f"spec.predictors[{index}]", predictor["name"], reason))
    return found


def _predictors(predictors: list[Json], protocol: str, servers: frozenset[str]) -> list[Invalid]:
    found: list[Invalid] = []
    seen: set[str] = set()
    service_names: set[str] = set()
    for index, predictor in enumerate(predictors):
        path, name = f"spec.predictors[{index}]", predictor["name"]
        annotations = predictor.get("annotations") or {}
        if graph.NO_ORCHESTRATOR in annotations and sum(1 for _ in graph.walk(predictor["graph"])) > 1:
            found.append(Invalid(path, name, "Running without engine only valid for single element graphs"))
        if name in seen:
            found.append(Invalid(path, name, "Duplicate predictor name"))
        seen.add(name)
        service = annotations.get(names.SERVICE_NAME)
        if service is not None:
            if service in service_names:
                reason = f"Found duplicate service name in {names.SERVICE_NAME} with value {service}"
                found.append(Invalid(path, name, reason))
            service_names.add(service)
        found += _node(predictor["graph"], predictor, f"{path}.graph", protocol, servers)
    return found


def _node(unit: Json, predictor: Json, path: str, protocol: str, servers: frozenset[str]) -> list[Invalid]:
    found: list[Invalid] = []
    name = unit["name"]
    implementation = unit.get("implementation")
    container = graph.container_for(predictor, name)
    if implementation in (None, graph.UNKNOWN):
        if container is None:
            found.append(Invalid(path, name, "Can't find container for Predictive Unit"))
        if unit.get("type") == "UNKNOWN_TYPE" and not unit.get("methods"):
            reason = (
                "Predictive Unit has no implementation methods defined. "
                "Change to a known type or add what methods it defines"
            )
            found.append(Invalid(path, name, reason))
    elif graph.is_prepackaged(unit):
        if not unit.get("modelUri") and implementation not in WITHOUT_MODEL_URI:
            found.append(Invalid(path, name, "Predictive unit modelUri required when using standalone servers"))
        if protocol == "tensorflow" and implementation in WITHOUT_TENSORFLOW:
            reason = f"Prepackaged server does not handle tensorflow protocol {implementation}"
            found.append(Invalid(path, name, reason))
        if not (container or {}).get("image") and implementation not in servers:
            found.append(Invalid(path, name, f"No entry in predictors map for {implementation}"))
    logger = unit.get("logger")
    if logger is not None and not logger.get("mode"):
        found.append(Invalid(path, "", "No logger mode specified"))
    for index, child in enumerate(unit.get("children") or []):
        found += _node(child, predictor, f"{path}[{index}]", protocol, servers)
    return found


def _transports(predictors: list[Json], transport: str) -> list[Invalid]:
    """endpoint.type of the nodes: one kind at most, and that of spec.transport if it is set."""
    kinds = {
        unit["endpoint"]["type"]
        for predictor in predictors
        for unit in graph.walk(predictor["graph"])
        if (unit.get("endpoint") or {}).get("type")
    }
    if len(kinds) > 1:
        reason = "Multiple endpoint.types found - can only have 1 type in graph. Please use spec.transport"
        return [Invalid("spec", "", reason)]
    if transport and kinds & {"REST", "GRPC"} and kinds != {transport.upper()}:
        reason = "Mixed transport types found. Remove graph endpoint.types if transport set at deployment level"
        return [Invalid("spec", "", reason)]
    return []


def _traffic(predictors: list[Json]) -> list[Invalid]:
    found = []
    total = 0
    shadows = 0
    for predictor in predictors:
        share = predictor.get("traffic") or 0
        if not predictor.get("shadow"):
            total += share
            continue
        shadows += 1
        if shadows > 1:
            found.append(Invalid("spec", predictor["name"], "Multiple shadows are not allowed"))
        if not 0 <= share <= 100:
            reason = "shadow traffic is illegal, the traffic number should be between [0, 100]"
            found.append(Invalid("spec", predictor["name"], reason))
    if total != 100 and len(predictors) - shadows > 1:
        reason = "Traffic must sum to 100 for multiple predictors"
        found.append(Invalid("spec", predictors[0]["name"], reason))
    if 0 < total < 100 and len(predictors) == 1:
        reason = "Traffic must sum be 100 for a single predictor when set"
        found.append(Invalid("spec", predictors[0]["name"], reason))
    return found


def refusal(found: list[Invalid], name: str = "") -> Json:
    """The Status that the webhook answers with. `name` is that of the spec, not of the object, as in the original's."""
    lines = list(dict.fromkeys(str(problem) for problem in found))
    text = lines[0] if len(lines) == 1 else f"[{', '.join(lines)}]"
    return {
        "status": "Failure",
        "message": f'SeldonDeployment.{GROUP} "{name}" is invalid: {text}',
        "reason": "Invalid",
        "details": {
            **({"name": name} if name else {}),
            "group": GROUP,
            "kind": "SeldonDeployment",
            "causes": [
                {"reason": "FieldValueInvalid", "message": problem.message, "field": problem.field} for problem in found
            ],
        },
        "code": 422,
    }
