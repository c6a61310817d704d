"""The inference graph as the operator hands it over in ENGINE_PREDICTOR."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml


class GraphError(Exception):
    """The predictor cannot be read; str() is one sentence with what to do."""


@dataclass(frozen=True)
class Endpoint:
    host: str
    http_port: int
    grpc_port: int


@dataclass(frozen=True)
class Logger:
    mode: str
    url: str | None


@dataclass(frozen=True, eq=False)
class Node:
    """One unit of the graph. `endpoint` is None for the built-in implementations without a container."""

    name: str
    type: str | None
    implementation: str | None
    methods: frozenset[str]
    endpoint: Endpoint | None
    parameters: Mapping[str, str]
    logger: Logger | None
    children: tuple[Node, ...]
    calls: frozenset[str] = field(default_factory=frozenset)

    def walk(self) -> Iterator[Node]:
        """This node and everything below it, parents first."""
        stack = [self]
        while stack:
            node = stack.pop()
            yield node
            stack.extend(reversed(node.children))


@dataclass(frozen=True)
class Predictor:
    name: str
    graph: Node
    annotations: Mapping[str, str]
    images: Mapping[str, str]  # container name -> image

    def find(self, name: str) -> Node | None:
        return next((node for node in self.graph.walk() if node.name == name), None)


# What a node is asked for, by its type and by its explicit methods.
_BY_TYPE = {
    "MODEL": {"predict", "feedback"},
    "TRANSFORMER": {"transform-input"},
    "OUTPUT_TRANSFORMER": {"transform-output"},
    "ROUTER": {"route", "feedback"},
    "COMBINER": {"aggregate"},
}
_BY_METHOD = {
    "TRANSFORM_INPUT": "transform-input",
    "TRANSFORM_OUTPUT": "transform-output",
    "ROUTE": "route",
    "AGGREGATE": "aggregate",
    "SEND_FEEDBACK": "feedback",
}


def _node(raw: Mapping[str, Any], depth: int = 0) -> Node:
    if depth > 200:
        raise GraphError("the graph is nested more than 200 deep; make it flatter")
    endpoint = raw.get("endpoint")
    logger = raw.get("logger")
    methods = frozenset(raw.get("methods") or ())
    calls = set(_BY_TYPE.get(raw.get("type") or "", ())) | {_BY_METHOD[m] for m in methods if m in _BY_METHOD}
    if "transform-input" in calls:
        calls.discard("predict")
    return Node(
        name=str(raw.get("name", "")),
        type=raw.get("type") or None,
        implementation=raw.get("implementation") or None,
        methods=methods,
        endpoint=_endpoint(endpoint) if endpoint else None,
        parameters={p.get("name", ""): str(p.get("value", "")) for p in raw.get("parameters") or ()},
        logger=Logger(logger.get("mode") or "", logger.get("url")) if logger else None,
        children=tuple(_node(child, depth + 1) for child in raw.get("children") or ()),
        calls=frozenset(calls),
    )


def _endpoint(raw: Mapping[str, Any]) -> Endpoint:
    service_port = int(raw.get("service_port") or 0)
    return Endpoint(
        raw.get("service_host") or "",
        int(raw.get("httpPort") or service_port),
        int(raw.get("grpcPort") or 0),
    )


def predictor_from(raw: Mapping[str, Any]) -> Predictor:
    """Read a PredictorSpec (plain JSON values). Raises GraphError."""
    try:
        images = {
            container["name"]: container.get("image", "")
            for spec in raw.get("componentSpecs") or ()
            for container in (spec.get("spec") or {}).get("containers") or ()
        }
        return Predictor(str(raw.get("name", "")), _node(raw["graph"]), dict(raw.get("annotations") or {}), images)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise GraphError(f"the predictor is not a PredictorSpec ({error!r}); look at ENGINE_PREDICTOR") from error


def predictor_from_env(value: str) -> Predictor:
    """Decode ENGINE_PREDICTOR: base64 of a JSON PredictorSpec."""
    try:
        raw = json.loads(base64.b64decode(value, validate=False))
    except ValueError as error:
        raise GraphError(f"ENGINE_PREDICTOR is not base64 of JSON ({error}); let the operator set it") from error
    return predictor_from(raw)


def predictor_from_file(path: Path, name: str) -> Predictor:
    """Take the predictor `name` of a SeldonDeployment manifest whose graph has its endpoints written in."""
    if path.suffix not in (".yaml", ".yml"):
        raise GraphError(f"unsupported file type {path}; give a manifest that ends in .yaml")
    try:
        manifest = yaml.safe_load(path.read_text())
    except (OSError, yaml.YAMLError) as error:
        raise GraphError(f"cannot read {path}: {error}") from error
    for raw in manifest["spec"]["predictors"]:
        if raw["name"] == name:
            return predictor_from(raw)
    raise GraphError(f"{path} has no predictor {name}; give one of its names to --predictor")
