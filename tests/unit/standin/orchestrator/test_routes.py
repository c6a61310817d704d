"""What a router may answer, and what is made of it."""

from __future__ import annotations

import json

import pytest
from seldon_standin.orchestrator.graph import Node, predictor_from
from seldon_standin.orchestrator.rest_messages import RestCallFailed
from seldon_standin.orchestrator.routes import first_route
from seldon_standin.orchestrator.walk import OriginalStops


def router() -> Node:
    return predictor_from({"name": "p", "graph": {"name": "r", "type": "ROUTER"}}).graph


@pytest.mark.parametrize(
    ("answer", "branch"),
    [
        ({"data": {"ndarray": [[1]]}}, 1),
        ({"data": {"ndarray": [1, 0]}}, 1),
        ({"data": {"ndarray": [["one"]]}}, 0),
        ({"data": {"ndarray": [[1.9], [0]]}}, 1),
        ({"data": {"tensor": {"shape": [1], "values": [-2.0]}}}, -2),
        ({"data": {"names": ["a"]}}, -1),
        ([1, 0], 1),
        ([None], 0),
    ],
)
def test_the_first_number_is_the_branch(answer: object, branch: int) -> None:
    assert first_route(router(), json.dumps(answer).encode()) == branch


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"branch":1}', "json: cannot unmarshal object into Go value of type []int"),
        (b'"1"', "json: cannot unmarshal string into Go value of type []int"),
        (b"1", "json: cannot unmarshal number into Go value of type []int"),
        (b"true", "json: cannot unmarshal bool into Go value of type []int"),
        (b"[1.5]", "json: cannot unmarshal number 1.5 into Go value of type int"),
        (b'["1"]', "json: cannot unmarshal string into Go value of type int"),
        (b"", "unexpected end of JSON input"),
    ],
)
def test_what_is_no_branch_is_refused_in_gos_words(body: bytes, words: str) -> None:
    with pytest.raises(RestCallFailed) as raised:
        first_route(router(), body)
    assert str(raised.value) == words


@pytest.mark.parametrize(
    "answer", [{}, {"strData": "1"}, {"data": {"ndarray": []}}, {"data": {"ndarray": [[1], []]}}, [], None]
)
def test_where_the_original_panics_it_stops(answer: object) -> None:
    with pytest.raises(OriginalStops):
        first_route(router(), json.dumps(answer).encode())
