from hashlib import md5

import pytest
from seldon_standin.operator import names

LONG = "a-model-whose-name-is-long"


def test_a_deployment_is_named_after_its_containers() -> None:
    component = {"spec": {"containers": [{"name": "scaler"}, {"name": "classifier"}]}}
    assert names.deployment("iris", "default", component, 1) == "iris-default-1-scaler-classifier"


def test_a_component_may_name_its_deployment() -> None:
    component = {"metadata": {"name": "mine"}, "spec": {"containers": [{"name": "scaler"}]}}
    assert names.deployment("iris", "default", component, 0) == "iris-default-0-mine"


def test_a_name_over_63_characters_becomes_its_digest() -> None:
    component = {"spec": {"containers": [{"name": LONG}, {"name": LONG}]}}
    whole = f"iris-default-0-{LONG}-{LONG}"
    assert names.deployment("iris", "default", component, 0) == f"seldon-{md5(whole.encode()).hexdigest()}"


def test_the_digest_may_keep_the_name_in_front() -> None:
    component = {"spec": {"containers": [{"name": LONG}, {"name": LONG}]}}
    name = names.deployment("iris", "default", component, 0, name_as_prefix=True)
    assert name == f"iris-{md5(f'iris-default-0-{LONG}-{LONG}'.encode()).hexdigest()}"


@pytest.mark.parametrize(("length", "kept"), [(63, True), (64, False)])
def test_the_limit_is_63(length: int, kept: bool) -> None:
    name = "a" * length
    assert (names.shorten(name) == name) is kept


def test_a_predictor_may_name_its_service() -> None:
    predictor = {"name": "default", "annotations": {names.SERVICE_NAME: "mine"}}
    assert names.predictor_service("iris", predictor) == "mine"


def test_a_cut_name_does_not_end_in_a_dash() -> None:
    assert names.truncate("a" * 62 + "-provision-location") == "a" * 62
