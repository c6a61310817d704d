"""Spans as a Jaeger agent gets them: read back from the wire by a small reader of Thrift's compact protocol."""

from __future__ import annotations

import socket
import time
from typing import Any

import pytest
from seldon_standin.orchestrator.forwarding import Forwarded
from seldon_standin.orchestrator.http_server import Request
from seldon_standin.orchestrator.tracing import Span, Tracer, datagram

from ....waiting import PATIENCE

SPAN = Span("predictions", "00000000c0ffee01", "f00000000000000f", "00000000c0ffee02", 0.25)


class Reader:
    """Just the kinds that spans have."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def byte(self) -> int:
        self._at += 1
        return self._data[self._at - 1]

    def number(self) -> int:
        value = shift = 0
        while True:
            byte = self.byte()
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    def signed(self) -> int:
        value = self.number()
        return (value >> 1) ^ -(value & 1)

    def text(self) -> str:
        length = self.number()
        self._at += length
        return self._data[self._at - length : self._at].decode()

    def value(self, kind: int) -> Any:
        if kind in (5, 6):
            return self.signed()
        if kind == 8:
            return self.text()
        if kind == 12:
            return self.struct()
        assert kind == 9, kind
        head = self.byte()
        return [self.value(head & 15) for _ in range(head >> 4)]

    def struct(self) -> dict[int, Any]:
        fields, last = {}, 0
        while head := self.byte():
            last += head >> 4
            fields[last] = self.value(head & 15)
        return fields


def read(data: bytes) -> tuple[str, dict[int, Any]]:
    """The method and its argument."""
    reader = Reader(data)
    assert (reader.byte(), reader.byte() & 31, reader.number()) == (0x82, 1, 0)
    return reader.text(), reader.struct()[1]


def test_agent_reads_what_was_reported() -> None:
    method, batch = read(datagram("executor", SPAN, 2_000_000))
    assert method == "emitBatch"
    assert batch[1] == {1: "executor"}
    (span,) = batch[2]
    assert span[1] == 0xC0FFEE01
    assert span[2] == 0
    assert span[3] == 0xF00000000000000F - (1 << 64)
    assert span[4] == 0xC0FFEE02
    assert (span[5], span[7], span[8], span[9]) == ("predictions", 1, 1_750_000, 250_000)


def test_span_reaches_the_agent_named_in_the_environment() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as agent:
        agent.bind(("127.0.0.1", 0))
        agent.settimeout(PATIENCE)
        tracer = Tracer({"JAEGER_AGENT_HOST": "127.0.0.1", "JAEGER_AGENT_PORT": str(agent.getsockname()[1])})
        deadline = time.monotonic() + PATIENCE
        while tracer._address is None and time.monotonic() < deadline:
            time.sleep(0.01)
        tracer.report(SPAN)
        tracer.close()
        assert read(agent.recv(65535))[1][2][0][5] == "predictions"


def test_without_an_agent_nothing_happens() -> None:
    tracer = Tracer({})
    tracer.report(SPAN)
    tracer.close()


def forwarded(header: str, *, sample: bool) -> Forwarded:
    headers = (("uber-trace-id", header),) if header else ()
    return Forwarded.of(Request("POST", "/", "", headers, b""), "puid", sample)


def test_callers_decision_is_kept() -> None:
    assert forwarded("1:2:0:1", sample=False).traced("x", "3", "2", 0.1) == Span("x", f"{1:016x}", "3", "2", 0.1)
    assert forwarded("1:2:0:0", sample=True).traced("x", "3", "2", 0.1) is None
    assert forwarded("no:hex:0:1", sample=True).traced("x", "3", "2", 0.1) is None


def test_new_trace_is_sampled_when_asked_for() -> None:
    assert forwarded("", sample=True).traced("x", "3", "0", 0.1) is not None
    assert forwarded("", sample=False).traced("x", "3", "0", 0.1) is None


@pytest.mark.parametrize(
    ("kind", "parameter", "often"),
    [("const", "1", 1000), ("const", "0", 0), ("probabilistic", "0.5", 500), ("remote", "1", 0), ("const", "", 0)],
)
def test_sampler_of_the_environment(kind: str, parameter: str, often: int) -> None:
    tracer = Tracer({"JAEGER_SAMPLER_TYPE": kind, "JAEGER_SAMPLER_PARAM": parameter})
    # Six standard deviations of 1000 throws: wrong once in a thousand million runs.
    assert abs(sum(tracer.samples() for _ in range(1000)) - often) <= (95 if often == 500 else 0)
    tracer.close()
