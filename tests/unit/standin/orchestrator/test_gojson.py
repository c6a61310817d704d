from __future__ import annotations

import pytest
from seldon_standin.orchestrator import gojson


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (10.0, "10"),
        (0.1, "0.1"),
        (1e20, "100000000000000000000"),
        (1e21, "1e+21"),
        (1.5e300, "1.5e+300"),
        (1e-6, "0.000001"),
        (1.25e-7, "1.25e-7"),
        (-2.5e-9, "-2.5e-9"),
        (9007199254740993, "9007199254740992"),
        (-0.0, "-0"),
        (0, "0"),
        (1.4480920327393706e-08, "1.4480920327393706e-8"),
    ],
)
def test_numbers_are_written_as_go_writes_a_float64(value: float, text: str) -> None:
    assert gojson.number(value) == text


def test_keys_are_sorted_and_html_is_escaped() -> None:
    assert gojson.dumps({"b": [1, None, True], "a": "<&>\u2028\n\x01"}) == (
        '{"a":"\\u003c\\u0026\\u003e\\u2028\\n\\u0001","b":[1,null,true]}'
    )


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "unexpected end of JSON input"),
        (b"[NaN]", "looking for beginning of value"),
        (b"pong", "invalid character 'p' looking for beginning of value"),
        (b"{} x", "invalid character 'x' after top-level value"),
        (b'{"a":[1', "unexpected end of JSON input"),
    ],
)
def test_what_is_no_json_is_refused_in_gos_words(body: bytes, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        gojson.loads(body)


def test_json_of_any_depth_is_read_or_refused() -> None:
    with pytest.raises(ValueError, match="max depth"):
        gojson.loads(b"[" * 100_000)


@pytest.mark.parametrize("body", [b"plain", "\u2027 é".encode(), b"\xff\xfe"])
def test_bytes_without_html_stay_as_they_are(body: bytes) -> None:
    assert gojson.html_escape(body) == body
