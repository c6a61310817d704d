"""Which components are asked what, and what comes back: the walk alone."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from seldon_standin.orchestrator.graph import GraphError, Node, predictor_from
from seldon_standin.orchestrator.walk import CallFailed, OriginalStops, Walk


class Recorder:
    """Calls on texts: each node adds its name; routers answer what `branches` says."""

    def __init__(self, branches: dict[str, int] | None = None, failing: frozenset[str] = frozenset()) -> None:
        self.branches = branches or {}
        self.failing = failing
        self.calls: list[str] = []
        self.logged: list[tuple[str, str, str]] = []

    async def call(self, node: Node, method: str, message: str) -> str:
        self.calls.append(f"{node.name}:{method}")
        await asyncio.sleep(0)
        if node.name in self.failing:
            raise CallFailed(node.name)
        return f"{message}>{node.name}"

    async def route(self, node: Node, message: str) -> int:
        self.calls.append(f"{node.name}:route")
        return self.branches[node.name]

    async def aggregate(self, node: Node, messages: list[str]) -> str:
        self.calls.append(f"{node.name}:aggregate")
        return "[" + ",".join(messages) + f"]>{node.name}"

    def feedback_branch(self, node: Node, message: str) -> int:
        return self.branches.get(node.name, -1)

    def with_routing(self, message: str, routing: dict[str, int]) -> str:
        return f"{message}|{dict(sorted(routing.items()))}"

    def chain(self, node: Node, message: str) -> str:
        return message

    def log(self, node: Node, kind: str, message: str) -> None:
        self.logged.append((node.name, kind, message))


def graph(raw: dict[str, Any]) -> Node:
    return predictor_from({"name": "p", "graph": raw}).graph


def unit(name: str, kind: str | None, *children: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"name": name, "children": list(children), **({"type": kind} if kind else {}), **more}


def predict(raw: dict[str, Any], calls: Recorder, inject: bool = False) -> str:
    return asyncio.run(Walk(calls, inject).predict(graph(raw), "x"))


def feedback(raw: dict[str, Any], calls: Recorder) -> str:
    return asyncio.run(Walk(calls).feedback(graph(raw), "f"))


TWO = (unit("a", "MODEL"), unit("b", "MODEL"))


@pytest.mark.parametrize(
    ("raw", "branches", "answer"),
    [
        (unit("m", "MODEL"), {}, "x>m"),
        (unit("m", "MODEL", unit("n", "MODEL")), {}, "x>m>n"),
        (unit("t", "TRANSFORMER", unit("m", "MODEL")), {}, "x>t>m"),
        (unit("o", "OUTPUT_TRANSFORMER", unit("m", "MODEL")), {}, "x>m>o"),
        (unit("c", "COMBINER", *TWO), {}, "[x>a,x>b]>c"),
        (unit("r", "ROUTER", *TWO), {"r": 1}, "x>b"),
        (unit("r", "ROUTER", *TWO), {"r": -1}, "x>a"),
        (unit("r", "ROUTER", *TWO), {"r": -2}, "x"),
        (unit("s", None, *TWO, implementation="SIMPLE_ROUTER"), {}, "x>a"),
        (unit("v", None, *TWO, implementation="AVERAGE_COMBINER"), {}, "x>a"),
        (unit("stub", None, implementation="SIMPLE_MODEL"), {}, "x"),
        (unit("u", None, unit("m", "MODEL"), methods=["TRANSFORM_INPUT", "TRANSFORM_OUTPUT"]), {}, "x>u>m>u"),
        (unit("m", "MODEL", unit("m", "MODEL", unit("m", "MODEL"))), {}, "x>m>m>m"),
    ],
    ids=lambda value: value["name"] if isinstance(value, dict) and "name" in value else None,
)
def test_an_answer_comes_by_the_original_way(raw: dict[str, Any], branches: dict[str, int], answer: str) -> None:
    assert predict(raw, Recorder(branches)) == answer


@pytest.mark.parametrize("branch", [2, -3, 9])
def test_a_branch_that_does_not_exist_stops(branch: int) -> None:
    with pytest.raises(OriginalStops, match="vr has no branch"):
        predict(unit("vr", "ROUTER", *TWO), Recorder({"vr": branch}))


def test_every_child_is_asked_though_one_fails_and_the_first_failure_counts() -> None:
    calls = Recorder(failing=frozenset({"a", "b"}))
    with pytest.raises(CallFailed, match="a"):
        predict(unit("c", "COMBINER", *TWO), calls)
    assert sorted(calls.calls) == ["a:predict", "b:predict"]


@pytest.mark.parametrize(("ratio", "expected"), [("0", {"x>b"}), ("1", {"x>a"}), ("0.5", {"x>a", "x>b"})])
def test_an_ab_test_draws_by_its_ratio(ratio: str, expected: set[str]) -> None:
    raw = unit("ab", None, *TWO, implementation="RANDOM_ABTEST", parameters=[{"name": "ratioA", "value": ratio}])
    assert {predict(raw, Recorder()) for _ in range(60)} == expected


def test_an_ab_test_with_one_child_stops_when_it_draws_the_second() -> None:
    raw = unit("ab", None, TWO[0], implementation="RANDOM_ABTEST", parameters=[{"name": "ratioA", "value": "0"}])
    with pytest.raises(OriginalStops):
        predict(raw, Recorder())


def test_a_ratio_beside_other_parameters_does_not_count() -> None:
    parameters = [{"name": "ratioA", "value": "0"}, {"name": "other", "value": "1"}]
    raw = unit("ab", None, *TWO, implementation="RANDOM_ABTEST", parameters=parameters)
    assert {predict(raw, Recorder()) for _ in range(60)} == {"x>a", "x>b"}


def test_a_ratio_that_is_no_number_fails() -> None:
    raw = unit("ab", None, *TWO, implementation="RANDOM_ABTEST", parameters=[{"name": "ratioA", "value": "half"}])
    with pytest.raises(CallFailed, match="half"):
        predict(raw, Recorder())


def test_injected_routing_tells_every_decision() -> None:
    raw = unit("r", "ROUTER", unit("t", "TRANSFORMER", TWO[0]), TWO[1])
    assert predict(raw, Recorder({"r": 0}), inject=True).endswith("|{'a': -1, 'r': 0, 't': -1}")


@pytest.mark.parametrize(
    ("raw", "branches", "asked", "answer"),
    [
        (unit("m", "MODEL"), {}, ["m:feedback"], "f>m"),
        (unit("r", "ROUTER", *TWO), {"r": 1}, ["b:feedback", "r:feedback"], "f>r"),
        (unit("r", "ROUTER", *TWO), {}, ["a:feedback", "b:feedback", "r:feedback"], "f>r"),
        (unit("t", "TRANSFORMER", unit("m", "MODEL")), {}, ["m:feedback"], "f"),
        (unit("ab", None, *TWO, implementation="RANDOM_ABTEST"), {"ab": 0}, ["a:feedback"], "f"),
        (unit("t", "TRANSFORMER", methods=["SEND_FEEDBACK"]), {}, ["t:feedback"], "f>t"),
    ],
)
def test_feedback_goes_to_models_and_routers_children_first(
    raw: dict[str, Any], branches: dict[str, int], asked: list[str], answer: str
) -> None:
    calls = Recorder(branches)
    assert feedback(raw, calls) == answer
    assert calls.calls == asked


@pytest.mark.parametrize("branch", [-2, 2])
def test_feedback_for_a_branch_that_does_not_exist_stops_before_the_router(branch: int) -> None:
    calls = Recorder({"r": branch})
    with pytest.raises(OriginalStops):
        feedback(unit("r", "ROUTER", *TWO), calls)
    assert calls.calls == []


@pytest.mark.parametrize(
    ("mode", "kinds"),
    [("request", ["request"]), ("response", ["response"]), ("all", ["request", "response"]), ("other", [])],
)
def test_a_model_is_logged_by_its_mode(mode: str, kinds: list[str]) -> None:
    calls = Recorder()
    predict(unit("m", "MODEL", logger={"mode": mode, "url": "http://sink"}), calls)
    assert [kind for _, kind, _ in calls.logged] == kinds


def test_what_a_transformer_hands_on_is_logged_as_a_request() -> None:
    calls = Recorder()
    predict(unit("t", "TRANSFORMER", TWO[0], logger={"mode": "request", "url": "http://sink"}), calls)
    assert calls.logged == [("t", "request", "x"), ("t", "request", "x>t")]


def test_a_deep_graph_is_walked_to_its_end() -> None:
    raw = unit("n0", "MODEL")
    for depth in range(1, 150):
        raw = unit(f"n{depth}", "TRANSFORMER", raw)
    assert predict(raw, Recorder()).endswith(">n1>n0")


def test_a_graph_without_end_is_refused() -> None:
    raw = unit("n", "MODEL")
    raw["children"].append(raw)
    with pytest.raises(GraphError, match="200 deep"):
        graph(raw)


@pytest.mark.parametrize(
    "raw", [{}, {"graph": []}, {"graph": {"children": 3}}, {"graph": {"endpoint": {"httpPort": "x"}}}]
)
def test_what_is_no_predictor_is_refused_with_a_sentence(raw: dict[str, Any]) -> None:
    with pytest.raises(GraphError, match="ENGINE_PREDICTOR"):
        predictor_from(raw)
