"""The metadata of the whole graph, put together from that of its nodes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from . import gojson
from .graph import Node, Predictor
from .walk import CallFailed, OriginalStops

_FIELDS = ("name", "platform", "versions", "inputs", "outputs", "custom")
# Whose inputs and outputs are the graph's, by the type of its root: the node's own or the first child's.
_EDGES = {
    "MODEL": ("own", "child"),
    "TRANSFORMER": ("own", "child"),
    "OUTPUT_TRANSFORMER": ("child", "own"),
    "COMBINER": ("child", "own"),
    "ROUTER": ("child", "child"),
}


async def graph_metadata(predictor: Predictor, ask: Callable[[str], Awaitable[bytes]]) -> bytes:
    """JSON of the graph's metadata; `ask` gives the metadata of a node by its name, as JSON.

    Nodes are asked one after the other, parents first. Raises CallFailed for what is no metadata.
    """
    models: dict[str, dict[str, Any]] = {}
    for node in predictor.graph.walk():
        models[node.name] = _model(await ask(node.name))
    inputs, outputs = edges(predictor.graph, models)
    parts = ",".join(f"{gojson.quote(name)}:{_encode(models[name])}" for name in sorted(models))
    return (
        f'{{"name":{gojson.quote(predictor.name)},"models":{{{parts}}},'
        f'"graphinputs":{gojson.dumps(inputs)},"graphoutputs":{gojson.dumps(outputs)}}}'
    ).encode()


def _model(body: bytes) -> dict[str, Any]:
    """The known fields of a node's metadata, wrong types refused in Go's words."""
    try:
        value = gojson.loads(body)
    except ValueError as error:
        raise CallFailed(str(error)) from None
    if not isinstance(value, dict):
        raise CallFailed(f"json: cannot unmarshal {gojson.kind(value)} into Go value of type payload.ModelMetadata")
    model = {name: value[name] for name in _FIELDS if value.get(name) is not None}
    for name, wanted, kind in (
        ("name", "string", str),
        ("platform", "string", str),
        ("versions", "[]string", list),
        ("custom", "map[string]string", dict),
    ):
        if name in model and not isinstance(model[name], kind):
            raise _misfit(model[name], name, wanted)
    for name, inner in (("versions", model.get("versions", ())), ("custom", model.get("custom", {}).values())):
        for one in inner:
            if not isinstance(one, str):
                raise _misfit(one, name, "string")
    return model


def _misfit(value: object, name: str, wanted: str) -> CallFailed:
    return CallFailed(
        f"json: cannot unmarshal {gojson.kind(value)} into Go struct field ModelMetadata.{name} of type {wanted}"
    )


def _encode(model: dict[str, Any]) -> str:
    """Fields in their order; empty texts, lists of versions and custom maps left out."""
    kept = []
    for name in _FIELDS:
        value = model.get(name)
        if value is None or (name not in ("inputs", "outputs") and not value):
            continue
        kept.append(f'"{name}":{gojson.dumps(value)}')
    return "{" + ",".join(kept) + "}"


def edges(node: Node, models: dict[str, dict[str, Any]]) -> tuple[Any, Any]:
    """Inputs and outputs of the graph below a node. Raises OriginalStops for nodes without a type."""
    own = models[node.name]
    if not node.children:
        return own.get("inputs"), own.get("outputs")
    sources = _EDGES.get(node.type or "")
    if sources is None:
        raise OriginalStops(f"node {node.name} has no type from which inputs and outputs follow")
    child_inputs, child_outputs = edges(node.children[0], models)
    return (
        own.get("inputs") if sources[0] == "own" else child_inputs,
        own.get("outputs") if sources[1] == "own" else child_outputs,
    )
