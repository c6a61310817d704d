"""Traces of the orchestrator itself: spans to a Jaeger agent over UDP, in Thrift's compact protocol.

As the original's Jaeger client it takes its settings from JAEGER_AGENT_HOST, JAEGER_AGENT_PORT and JAEGER_SERVICE_NAME,
samples its own traces by JAEGER_SAMPLER_TYPE (const, probabilistic) and _PARAM, and keeps what a caller decided.
A datagram is sent and forgotten: a backend that is gone costs a prediction nothing.
"""

from __future__ import annotations

import logging
import os
import random
import socket
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass

log = logging.getLogger("tracing")

DEFAULT_PORT = 6831
I32, I64, BINARY, LIST, STRUCT = 5, 6, 8, 9, 12
ONE_WAY = 4
SAMPLED = 1
LOOK_UP_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Span:
    """Ids are hexadecimal, `parent` is "0" for a root; `seconds` is the time from start to end."""

    name: str
    trace: str
    id: str
    parent: str
    seconds: float


def _number(value: int) -> bytes:
    """An unsigned variable-length integer."""
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def _signed(value: int) -> bytes:
    """A 64-bit integer in zigzag form; values from 2**63 on stand for negative ones."""
    value = (value + (1 << 63)) % (1 << 64) - (1 << 63)
    return _number((value << 1) ^ (value >> 63))


def _text(value: str) -> bytes:
    encoded = value.encode("utf-8", "replace")
    return _number(len(encoded)) + encoded


def _field(step: int, kind: int) -> bytes:
    return bytes([step << 4 | kind])


def datagram(service: str, span: Span, end_microseconds: int) -> bytes:
    """Agent.emitBatch with one span."""
    duration = int(span.seconds * 1_000_000)
    trace = span.trace.zfill(32)
    fields = (
        _field(1, I64) + _signed(int(trace[16:], 16))
        + _field(1, I64) + _signed(int(trace[:16], 16))
        + _field(1, I64) + _signed(int(span.id, 16))
        + _field(1, I64) + _signed(int(span.parent, 16))
        + _field(1, BINARY) + _text(span.name)
        + _field(2, I32) + _signed(SAMPLED)
        + _field(1, I64) + _signed(end_microseconds - duration)
        + _field(1, I64) + _signed(duration)
        + b"\0"
    )  # fmt: skip
    process = _field(1, BINARY) + _text(service) + b"\0"
    batch = _field(1, STRUCT) + process + _field(1, LIST) + bytes([1 << 4 | STRUCT]) + fields + b"\0"
    head = bytes([0x82, 1 | ONE_WAY << 5]) + _number(0) + _text("emitBatch")
    return head + _field(1, STRUCT) + batch + b"\0"


def _rate(environment: Mapping[str, str]) -> float:
    """The share of new traces to record, 0 to 1."""
    kind = environment.get("JAEGER_SAMPLER_TYPE", "")
    try:
        parameter = float(environment.get("JAEGER_SAMPLER_PARAM", ""))
    except ValueError:
        return 0.0
    if kind == "const":
        return 1.0 if parameter else 0.0
    return parameter if kind == "probabilistic" else 0.0


class Tracer:
    """Sends spans when the environment names an agent."""

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        self._service = environment.get("JAEGER_SERVICE_NAME") or "executor"
        self._host = environment.get("JAEGER_AGENT_HOST", "")
        port = environment.get("JAEGER_AGENT_PORT") or str(DEFAULT_PORT)
        self._port = int(port) if port.isdigit() else DEFAULT_PORT
        self._rate = _rate(environment)
        self._address: tuple[str, int] | None = None
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        if self._host:
            threading.Thread(target=self._look_up, daemon=True, name="tracing agent").start()

    def samples(self) -> bool:
        """Whether to record a trace that begins now."""
        return random.random() < self._rate

    def report(self, span: Span) -> None:
        """Send a span that has just ended. Never waits for the backend, never raises."""
        if self._address is None:
            return
        try:
            self._socket.sendto(datagram(self._service, span, time.time_ns() // 1000), self._address)
        except OSError as error:
            log.debug("a span was not sent: %s", error)

    def close(self) -> None:
        self._socket.close()

    def _look_up(self) -> None:
        """Find the agent's address, beside the event loop: a resolver may take its time."""
        while self._address is None:
            try:
                self._address = (socket.gethostbyname(self._host), self._port)
            except OSError as error:
                log.warning("the tracing agent %s is not known (%s): no spans for now", self._host, error)
                time.sleep(LOOK_UP_SECONDS)
