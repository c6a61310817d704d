"""The comparison itself: what must be seen as a difference, and what must not."""

from __future__ import annotations

from typing import Any

import pytest

from . import component_logs, exchanges, prometheus
from .exchanges import Answer

FORM = {"Content-Type": "application/json"}
OWN_ERROR = '{"status":{"code":500,"info":"x","status":"FAILURE"}}'


def lines(response: dict[str, Any], ours: Answer, **more: Any) -> list[str]:
    recorded = {"headers": FORM, "body": "", **response}
    return exchanges.compare({"response": recorded, **more}, ours, str)


@pytest.mark.parametrize(
    ("response", "ours"),
    [
        ({"status": 200, "body": "a"}, Answer(500, FORM, "a")),
        ({"status": 200, "body": "a"}, Answer(200, {**FORM, "X": "1"}, "a")),
        ({"status": 200, "body": "a"}, Answer(200, {}, "a")),
        ({"status": 200, "body": "[1.0]", "json": [1.0]}, Answer(200, FORM, "[1.1]")),
        ({"status": 200, "body": "[1]", "json": [1]}, Answer(200, FORM, "[1.0]")),
        ({"status": 200, "body": '{"a":1}\n', "json": {"a": 1}}, Answer(200, FORM, '{"a":1}')),
        ({"status": 200, "body": "ab", "bodyTruncatedFrom": 4}, Answer(200, FORM, "abc")),
        ({"status": None, "connectionClosed": True}, Answer(200, FORM, "{}")),
        ({"status": None, "connectionClosed": True}, Answer(500, FORM, "oops")),
    ],
)
def test_a_difference_is_seen(response: dict[str, Any], ours: Answer) -> None:
    assert lines(response, ours)


@pytest.mark.parametrize(
    ("response", "ours"),
    [
        ({"status": 200, "body": "a"}, Answer(200, {"content-type": "application/json", "Date": "x"}, "a")),
        ({"status": 200, "body": "[0.1]", "json": [0.1]}, Answer(200, FORM, "[0.10000000000000002]")),
        ({"status": 200, "body": "ab", "bodyTruncatedFrom": 4}, Answer(200, FORM, "abcd")),
        ({"status": None, "connectionClosed": True}, Answer(500, FORM, OWN_ERROR)),
    ],
)
def test_what_may_differ_is_no_difference(response: dict[str, Any], ours: Answer) -> None:
    assert lines(response, ours) == []


def test_volatile_pointers_and_headers_are_left_out() -> None:
    recorded = {
        "status": 200,
        "headers": {"Seldon-Puid": "1"},
        "body": '{"a":[1,2],"b":3}',
        "json": {"a": [1, 2], "b": 3},
    }
    ours = Answer(200, {"Seldon-Puid": "2"}, '{"a":[1,9],"b":3}')
    assert lines(recorded, ours, volatile=["/a/1"], volatileHeaders=["Seldon-Puid"]) == []
    assert lines(recorded, ours, volatile=["/b"], volatileHeaders=["Seldon-Puid"])


def test_a_described_body_is_made_and_measured() -> None:
    about = '{"data":{"ndarray":[[1,2] x 3]}} with one space after each comma and colon (47 bytes)'
    assert exchanges.body_of({"bodyAbout": about}) == b'{"data": {"ndarray": [[1, 2], [1, 2], [1, 2]]}}'


@pytest.mark.parametrize("about", ["something large", '{"a":[[1] x 2]} (999 bytes)'])
def test_a_body_that_cannot_be_made_is_not_sent(about: str) -> None:
    with pytest.raises(exchanges.CannotSend):
        exchanges.body_of({"bodyAbout": about})


RUN = prometheus.Run(caused=set(), by_lot=False, made=lambda name, labels, at_least: None)


def family(**more: Any) -> dict[str, Any]:
    sample = {"sample": "c_total", "labels": {"code": "200"}, "value": "2"}
    return {"families": [{"name": "c_total", "type": "counter", "samples": [sample], **more}]}


@pytest.mark.parametrize(
    ("text", "outcomes"),
    [
        ('# TYPE c_total counter\nc_total{code="200"} 2\n', ["agreed"]),
        ('# TYPE c_total counter\nc_total{code="200",worker_id="7"} 2\n', ["agreed"]),
        ('# TYPE c_total counter\nc_total{code="200"} 1\n', ["agreed", "skipped"]),
        ('# TYPE c_total counter\nc_total{code="200"} 3\n', ["differs"]),
        ('# TYPE c_total counter\nc_total{code="500"} 2\n', ["differs"]),
        ('# TYPE c_total gauge\nc_total{code="200"} 2\n', ["differs"]),
        ("", ["differs"]),
    ],
)
def test_metrics_agree_by_series_type_and_count(text: str, outcomes: list[str]) -> None:
    results = prometheus.compare("case", "prometheus", "8000", family(), text, RUN)
    assert [result.outcome for result in results] == outcomes


@pytest.mark.parametrize(("by_lot", "ours"), [(False, 1), (True, 1), (True, 2), (True, 3)])
def test_a_count_that_cannot_agree_must_be_what_was_made(by_lot: bool, ours: int) -> None:
    sample = {"sample": "seldon_api_executor_server_requests_seconds_count", "labels": {"code": "200"}, "value": "2"}
    name = "seldon_api_executor_server_requests_seconds"
    recorded = {"families": [{"name": name, "type": "histogram", "samples": [sample]}]}
    text = f'# TYPE {name} histogram\n{name}_count{{code="200"}} {ours}\n'
    for made, outcomes in ((ours, ["agreed", "skipped"]), (ours + 1, ["differs"]), (ours - 1, ["differs"])):
        run = prometheus.Run(set(), by_lot, lambda name, labels, least, made=made: made)
        results = prometheus.compare("case", "prometheus", "8000", recorded, text, run)
        assert [result.outcome for result in results] == outcomes


def test_buckets_agree_as_numbers() -> None:
    recorded = family(buckets=["0.1", "+Inf"])
    buckets = 'c_total_bucket{le="0.10000000000000001"} 1\nc_total_bucket{le="+Inf"} 1\n'
    text = '# TYPE c_total counter\nc_total{code="200"} 2\n' + buckets
    (result,) = prometheus.compare("case", "prometheus", "8000", recorded, text, RUN)
    assert result.outcome == "agreed"


@pytest.mark.parametrize(
    ("recorded", "agrees"),
    [
        (["reward=1.0 routing=1", "reward 0.5 truth [[20.]]"], True),
        (["reward=1.0 routing=1"], False),
        (["reward=1.0 routing=0", "reward 0.5"], False),
    ],
)
def test_feedback_lines_agree_in_number_and_order(tmp_path: Any, recorded: list[str], agrees: bool) -> None:
    log = tmp_path / "log"
    log.write_text("start\nFEEDBACK a reward=1.0 routing=1\nFEEDBACK a reward=0.5 truth=array([[20.]]) routing=None\n")
    assert (component_logs.compare_feedback(recorded, log) == []) is agrees
