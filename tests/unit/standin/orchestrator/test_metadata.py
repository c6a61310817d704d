from __future__ import annotations

import asyncio
from typing import Any

import pytest
from seldon_standin.orchestrator.graph import predictor_from
from seldon_standin.orchestrator.metadata import graph_metadata
from seldon_standin.orchestrator.walk import CallFailed, OriginalStops


def metadata(graph: dict[str, Any], answers: dict[str, bytes]) -> str:
    async def ask(name: str) -> bytes:
        return answers[name]

    return asyncio.run(graph_metadata(predictor_from({"name": "p", "graph": graph}), ask)).decode()


def test_empty_fields_are_left_out_and_inputs_kept() -> None:
    body = b'{"name":"n","platform":"","versions":[],"inputs":[],"outputs":[{"b":1.0,"a":"<"}],"custom":{},"other":1}'
    assert metadata({"name": "m", "type": "MODEL"}, {"m": body}) == (
        '{"name":"p","models":{"m":{"name":"n","inputs":[],"outputs":[{"a":"\\u003c","b":1}]}},'
        '"graphinputs":[],"graphoutputs":[{"a":"\\u003c","b":1}]}'
    )


@pytest.mark.parametrize(
    ("kind", "inputs", "outputs"),
    [("TRANSFORMER", 1, 4), ("OUTPUT_TRANSFORMER", 3, 2), ("COMBINER", 3, 2), ("ROUTER", 3, 4)],
)
def test_the_graphs_edges_follow_from_the_roots_type(kind: str, inputs: int, outputs: int) -> None:
    graph = {"name": "r", "type": kind, "children": [{"name": "c", "type": "MODEL"}]}
    answers = {"r": b'{"inputs":1,"outputs":2}', "c": b'{"inputs":3,"outputs":4}'}
    assert metadata(graph, answers).endswith(f'"graphinputs":{inputs},"graphoutputs":{outputs}}}')


def test_a_root_without_type_but_with_children_stops() -> None:
    with pytest.raises(OriginalStops):
        metadata({"name": "r", "children": [{"name": "c", "type": "MODEL"}]}, {"r": b"{}", "c": b"{}"})


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"pong", "invalid character 'p'"),
        (b"[]", "cannot unmarshal array into Go value of type payload.ModelMetadata"),
        (b'{"versions":"1"}', "cannot unmarshal string into Go struct field ModelMetadata.versions of type"),
        (b'{"custom":{"a":1}}', "cannot unmarshal number into Go struct field ModelMetadata.custom of type string"),
    ],
)
def test_what_is_no_metadata_is_an_error(body: bytes, words: str) -> None:
    with pytest.raises(CallFailed, match=words):
        metadata({"name": "m", "type": "MODEL"}, {"m": body})
