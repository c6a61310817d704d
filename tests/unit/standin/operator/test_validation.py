from typing import Any

import pytest
from seldon_standin.operator.settings import Settings
from seldon_standin.operator.validation import check, refusal
from seldon_standin.operator.webhook import answer

Json = dict[str, Any]

SERVERS = ["SKLEARN_SERVER"]


def problems(sdep: Json) -> list[str]:
    return [str(problem) for problem in check(sdep["spec"], SERVERS)]


def graph(sdep: Json) -> Json:
    found: Json = sdep["spec"]["predictors"][0]["graph"]
    return found


def test_a_good_one_is_accepted(iris: Json) -> None:
    assert problems(iris) == []


def test_a_child_is_named_by_its_place(iris: Json) -> None:
    graph(iris)["children"] = [{"name": "classifier"}, {"name": "nosuch"}]
    expected = 'spec.predictors[0].graph[1]: Invalid value: "nosuch": Can\'t find container for Predictive Unit'
    assert problems(iris) == [expected]


def test_two_kinds_of_endpoints_are_too_many(iris: Json) -> None:
    graph(iris)["endpoint"] = {"type": "REST"}
    graph(iris)["children"] = [{"name": "classifier", "endpoint": {"type": "GRPC"}}]
    assert "Multiple endpoint.types found" in problems(iris)[0]


def test_an_endpoint_must_be_of_the_transport(iris: Json) -> None:
    graph(iris)["endpoint"] = {"type": "GRPC"}
    iris["spec"]["transport"] = "rest"
    assert "Mixed transport types found" in problems(iris)[0]


def test_kafka_needs_all_three_variables(iris: Json) -> None:
    iris["spec"]["serverType"] = "kafka"
    names = ("KAFKA_BROKER", "KAFKA_INPUT_TOPIC", "KAFKA_OUTPUT_TOPIC")
    iris["spec"]["predictors"][0]["svcOrchSpec"] = {"env": [{"name": name, "value": "x"} for name in names[:2]]}
    assert "For kafka please supply" in problems(iris)[0]
    iris["spec"]["predictors"][0]["svcOrchSpec"]["env"].append({"name": names[2], "value": "x"})
    assert problems(iris) == []


@pytest.mark.parametrize(
    ("implementation", "reasons"),
    [
        ("SKLEARN_SERVER", ["modelUri required"]),
        ("NO_SUCH", ["modelUri required", "No entry in predictors map for NO_SUCH"]),
        ("HUGGINGFACE_SERVER", ["No entry in predictors map for HUGGINGFACE_SERVER"]),
        ("RANDOM_ABTEST", []),
    ],
)
def test_a_server_needs_a_model_and_an_entry(iris: Json, implementation: str, reasons: list[str]) -> None:
    graph(iris)["implementation"] = implementation
    del iris["spec"]["predictors"][0]["componentSpecs"]
    found = problems(iris)
    assert len(found) == len(reasons)
    assert all(reason in text for reason, text in zip(reasons, found, strict=True))


@pytest.mark.parametrize("name", ["", "mine"])
def test_a_refusal_names_the_spec_not_the_object(iris: Json, name: str) -> None:
    graph(iris)["name"] = "nosuch"
    iris["spec"]["name"] = name
    request = {"uid": "u", "operation": "CREATE", "object": iris}
    status = answer({"request": request}, Settings())["response"]["status"]
    assert f'"{name}" is invalid: ' in status["message"]
    assert status["details"].get("name", "") == name
    assert ("name" in status["details"]) == bool(name)


def test_the_same_words_are_said_once_but_are_two_causes(iris: Json) -> None:
    graph(iris)["name"] = "nosuch"
    found = check({"predictors": iris["spec"]["predictors"] * 1}, SERVERS) * 2
    status = refusal(found)
    assert status["message"].count("Can't find container") == 1
    assert len(status["details"]["causes"]) == 2
