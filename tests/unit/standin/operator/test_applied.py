import base64
import io
import json
import zipfile
from copy import deepcopy
from decimal import Decimal
from typing import Any

import pytest
from seldon_standin.operator import applied

Json = dict[str, Any]


def made() -> Json:
    item = {
        "kind": "Deployment",
        "metadata": {"name": "d", "labels": {"a": "1"}, "annotations": {"b": "1"}, "ownerReferences": []},
        "spec": {"template": {"cpu": "500m", "list": [{"name": "x"}]}},
    }
    return applied.stamp(item)


@pytest.mark.parametrize(
    ("text", "amount"),
    [("500m", "0.5"), ("0.5", "0.5"), (2, "2"), ("1Gi", "1073741824"), ("1k", "1000"), ("10M", "10000000")],
)
def test_quantities(text: object, amount: str) -> None:
    assert applied.quantity(text) == Decimal(amount)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("0.1", "100m"),
        ("1.5", "1500m"),
        ("1000m", "1"),
        (1, "1"),
        ("2000", "2k"),
        ("1024Mi", "1Gi"),
        ("1.5Gi", "1536Mi"),
        ("128Mi", "128Mi"),
        ("0", "0"),
        ("lots", "lots"),
    ],
)
def test_quantities_are_written_as_go_does(text: object, written: str) -> None:
    assert applied.canonical(text) == written


def test_what_was_applied_is_a_packed_file_as_the_original_writes_it() -> None:
    text = made()["metadata"]["annotations"]["seldon.io/last-applied"]
    with zipfile.ZipFile(io.BytesIO(base64.b64decode(text))) as archive:
        assert archive.namelist() == ["original"]
        assert json.loads(archive.read("original"))["spec"]["template"]["cpu"] == "500m"
    assert applied.last(made())["spec"] == made()["spec"]


@pytest.mark.parametrize("text", ["", "no base64", "bm8gYXJjaGl2ZQ==", '{"spec":{}}'])
def test_an_annotation_that_is_none_of_ours_is_written_anew(text: str) -> None:
    live = made()
    live["metadata"]["annotations"]["seldon.io/last-applied"] = text
    assert applied.last(live) == {}
    assert not applied.settled(live, made())


@pytest.mark.parametrize("text", ["", "iris:1", "http", "500x", "1.2.3"])
def test_other_texts_are_no_quantities(text: str) -> None:
    assert applied.quantity(text) is None


@pytest.mark.parametrize(
    ("live", "desired", "same"),
    [
        ({"a": 1, "more": 2}, {"a": 1}, True),
        ({"a": 1}, {"a": 1, "b": {}, "c": "", "d": []}, True),
        ({"a": 1}, {"a": 2}, False),
        ({}, {"a": 0}, True),
        ([{"a": 1, "more": 2}], [{"a": 1}], True),
        ([1, 2], [1], False),
        ({"cpu": "500m"}, {"cpu": "0.5"}, True),
        ({"cpu": "500m"}, {"cpu": 0.5}, True),
        ({"text": "2"}, {"text": "3"}, False),
        ({"a": None}, {"a": {"b": 1}}, False),
    ],
)
def test_covers(live: Any, desired: Any, same: bool) -> None:
    assert applied.covers(live, desired) is same


def test_what_was_written_is_settled() -> None:
    assert applied.settled(made(), made())


@pytest.mark.parametrize("part", ["spec", "labels", "annotation"])
def test_a_change_by_hand_is_noticed(part: str) -> None:
    live = made()
    if part == "spec":
        live["spec"]["template"]["list"][0]["name"] = "y"
    elif part == "labels":
        live["metadata"]["labels"]["a"] = "2"
    else:
        live["metadata"]["annotations"]["b"] = "2"
    assert not applied.settled(live, made())


def test_merging_keeps_what_others_added_and_drops_what_was_ours() -> None:
    live = made()
    live["metadata"]["annotations"]["revision"] = "3"
    live["metadata"]["resourceVersion"] = "9"
    desired = made()
    del desired["metadata"]["annotations"]["b"]
    merged = applied.merged(live, desired)
    assert set(merged["metadata"]["annotations"]) == {"revision", applied.ANNOTATION}
    assert merged["metadata"]["resourceVersion"] == "9"


def test_merging_leaves_the_replicas_to_whoever_set_them() -> None:
    live = made()
    live["spec"]["replicas"] = 4
    assert applied.merged(live, made())["spec"]["replicas"] == 4


def test_a_service_keeps_its_address() -> None:
    desired = {"kind": "Service", "metadata": {"name": "s", "ownerReferences": []}, "spec": {"ports": [1]}}
    live = deepcopy(desired)
    live["spec"] |= {"clusterIP": "10.0.0.1", "ports": [2]}
    assert applied.merged(live, desired)["spec"] == {"clusterIP": "10.0.0.1", "ports": [1]}
