"""Histograms and summaries of the orchestrator in the Prometheus text format."""

from __future__ import annotations

import os
import resource
import time
from bisect import bisect_left
from collections import deque
from collections.abc import Iterable
from pathlib import Path

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10)
QUANTILES = (0.5, 0.75, 0.9, 0.98, 0.99, 1)
SUMMARY_AGE = 600.0  # seconds that a value counts in the quantiles
SUMMARY_VALUES = 500  # latest values kept for the quantiles of one series

Labels = tuple[tuple[str, str], ...]


def _text(labels: Labels, *more: tuple[str, str]) -> str:
    parts = []
    for name, value in (*labels, *more):
        value = value.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')
        parts.append(f'{name}="{value}"')
    return ",".join(parts)


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)


class _Series:
    """Observations of one set of labels, in seconds."""

    __slots__ = ("count", "counts", "recent", "total")

    def __init__(self) -> None:
        self.counts = [0] * (len(BUCKETS) + 1)
        self.count = 0
        self.total = 0.0
        self.recent: deque[tuple[float, float]] = deque(maxlen=SUMMARY_VALUES)

    def observe(self, seconds: float) -> None:
        self.counts[bisect_left(BUCKETS, seconds)] += 1
        self.count += 1
        self.total += seconds
        self.recent.append((time.monotonic(), seconds))

    def quantile(self, rank: float) -> float:
        oldest = time.monotonic() - SUMMARY_AGE
        values = sorted(value for at, value in self.recent if at >= oldest)
        return values[min(len(values) - 1, int(rank * len(values)))] if values else float("nan")


class Latencies:
    """A histogram `name` and a summary `name`_summary over the same observations."""

    def __init__(self, name: str, about: str) -> None:
        self._name = name
        self._about = about
        self._series: dict[Labels, _Series] = {}

    def observe(self, labels: Labels, seconds: float) -> None:
        """`labels` must be sorted by name."""
        series = self._series.get(labels)
        if series is None:
            series = self._series[labels] = _Series()
        series.observe(seconds)

    def lines(self) -> Iterable[str]:
        if not self._series:
            return
        series = sorted(self._series.items())
        yield f"# HELP {self._name} A histogram of {self._about}"
        yield f"# TYPE {self._name} histogram"
        for labels, one in series:
            running = 0
            for bound, count in zip((*map(_number, BUCKETS), "+Inf"), one.counts, strict=True):
                running += count
                yield f"{self._name}_bucket{{{_text(labels, ('le', bound))}}} {running}"
            yield f"{self._name}_sum{{{_text(labels)}}} {one.total!r}"
            yield f"{self._name}_count{{{_text(labels)}}} {one.count}"
        yield f"# HELP {self._name}_summary A summary of {self._about}"
        yield f"# TYPE {self._name}_summary summary"
        for labels, one in series:
            for rank in QUANTILES:
                value = one.quantile(rank)
                shown = "NaN" if value != value else repr(value)
                yield f"{self._name}_summary{{{_text(labels, ('quantile', _number(rank)))}}} {shown}"
            yield f"{self._name}_summary_sum{{{_text(labels)}}} {one.total!r}"
            yield f"{self._name}_summary_count{{{_text(labels)}}} {one.count}"


class Metrics:
    """Everything behind the Prometheus path of one orchestrator."""

    def __init__(self) -> None:
        self.client = Latencies(
            "seldon_api_executor_client_requests_seconds", "latencies for client calls from executor"
        )
        self.server = Latencies("seldon_api_executor_server_requests_seconds", "latencies for executor server")
        self._scrapes = 0

    def exposition(self) -> bytes:
        lines = [*_process(), *self._handler(), *self.client.lines(), *self.server.lines()]
        self._scrapes += 1
        return ("\n".join(lines) + "\n").encode()

    def _handler(self) -> Iterable[str]:
        name = "promhttp_metric_handler_requests_in_flight"
        yield f"# HELP {name} Scrapes being served."
        yield f"# TYPE {name} gauge"
        yield f"{name} 1"
        name = "promhttp_metric_handler_requests_total"
        yield f"# HELP {name} Scrapes by HTTP status."
        yield f"# TYPE {name} counter"
        for code, count in (("200", self._scrapes), ("500", 0), ("503", 0)):
            yield f'{name}{{code="{code}"}} {count}'


def _process() -> Iterable[str]:
    """The process_* family, from /proc; nothing where there is no /proc."""
    try:
        fields = Path("/proc/self/stat").read_text().rpartition(")")[2].split()
        boot = next(line for line in Path("/proc/stat").read_text().splitlines() if line.startswith("btime"))
        files = len(os.listdir("/proc/self/fd"))
    except (OSError, StopIteration):
        return
    ticks = os.sysconf("SC_CLK_TCK")
    values = (
        ("process_cpu_seconds_total", "counter", (int(fields[11]) + int(fields[12])) / ticks),
        ("process_max_fds", "gauge", resource.getrlimit(resource.RLIMIT_NOFILE)[0]),
        ("process_open_fds", "gauge", files),
        ("process_resident_memory_bytes", "gauge", int(fields[21]) * resource.getpagesize()),
        ("process_start_time_seconds", "gauge", int(boot.split()[1]) + int(fields[19]) / ticks),
        ("process_virtual_memory_bytes", "gauge", int(fields[20])),
    )
    for name, kind, value in values:
        yield f"# TYPE {name} {kind}"
        yield f"{name} {_number(value)}"
