"""What of gRPC is told in Go's words."""

from __future__ import annotations

import grpc
import pytest
from seldon_standin.orchestrator.grpc_calls import code_name, in_gos_words

CODES = grpc.StatusCode


@pytest.mark.parametrize(
    ("code", "name"),
    [
        (CODES.OK, "OK"),
        (CODES.CANCELLED, "Canceled"),
        (CODES.DEADLINE_EXCEEDED, "DeadlineExceeded"),
        (CODES.UNKNOWN, "Unknown"),
    ],
)
def test_codes_are_named_as_in_go(code: grpc.StatusCode, name: str) -> None:
    assert code_name(code) == name


@pytest.mark.parametrize(
    ("code", "details", "words"),
    [
        (CODES.DEADLINE_EXCEEDED, "Deadline Exceeded", "context deadline exceeded"),
        (CODES.DEADLINE_EXCEEDED, "the model is slow", "the model is slow"),
        (CODES.UNKNOWN, "Exception calling application: no", "Exception calling application: no"),
    ],
)
def test_own_failures_are_told_in_gos_words_and_a_components_stay(
    code: grpc.StatusCode, details: str, words: str
) -> None:
    assert in_gos_words(code, details, 9500) == words
