"""One recording on the target `processes`: start what its manifest asks for, then compare everything that runs."""

from __future__ import annotations

import http.client
import json
import re
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from typing import Any

from . import component_logs, counted, exchanges, prometheus, sinks
from .case import Case
from .lost_feedback import lost_feedback
from .plan import CannotRun
from .processes import Running, StartFailed, Workshop
from .result import Result
from .tally import Tally, service_of

Json = dict[str, Any]

DRAWN_AGAIN = 40  # times that a prediction through a node that draws by lot is tried
LOGS = re.compile(r"(router|model|component)s?Logs?([A-Z]\w*)?")


def is_live(key: str, value: Any) -> bool:
    """Whether a key of a recording needs running processes."""
    if key in {"exchanges", "eventsReceivedByTheSink"}:
        return isinstance(value, list) and bool(value)
    if key.startswith("feedbackSeenBy_"):
        return isinstance(value, list)
    if key.startswith("prometheus") or LOGS.fullmatch(key) or counted.kind_of(key) is not None:
        return isinstance(value, dict | list) and bool(value)
    return False


def compare_live(case: Case, workshop: Workshop) -> Iterator[Result]:
    """Results for every key that needs processes; they are gone when the iterator ends."""
    keys = {key: value for key, value in case.raw.items() if is_live(key, value)}
    if not keys:
        return
    if case.manifest is None:
        for key in keys:
            yield Result(case.name, key, "all", "skipped", "the recording has no manifest to start")
        return
    with ExitStack() as stack:
        graphs = [predictor["graph"] for predictor in case.manifest["spec"]["predictors"]]
        receivers = [sinks.Sink(host) for host in sorted(set().union(*map(sinks.hosts, graphs)))]
        for sink in receivers:
            stack.callback(sink.close)
        try:
            running = Running(workshop, case.manifest, {sink.original: sink.address for sink in receivers})
        except CannotRun as error:
            for key in keys:
                yield Result(case.name, key, "all", "skipped", f"cannot be run as processes: {error}")
            return
        except StartFailed as error:
            for key in keys:
                yield Result(case.name, key, "all", "differs", str(error))
            return
        stack.callback(running.close)
        yield from _Live(case, running, receivers, graphs).results(keys)


class _Live:
    def __init__(self, case: Case, running: Running, receivers: list[sinks.Sink], graphs: list[Json]) -> None:
        self._case = case
        self._running = running
        self._receivers = receivers
        self._graph = graphs[0]
        self._by_lot = any("RANDOM_ABTEST" in json.dumps(graph) for graph in graphs)
        self._exchanges: list[Json] = case.raw.get("exchanges") or []
        # Where the recorded counters count each request twice, ours must, too; feedback only where it is said.
        notes = str(case.raw.get("notes", "")) if any(key.startswith("prometheus") for key in case.raw) else ""
        self._twice = "sent twice" in notes
        self._feedback_twice = "sent twice each" in notes
        self._calls = component_logs.CallReader(running.logs)
        self._tally = Tally(running.wrapper_logs())

    def results(self, keys: Json) -> Iterator[Result]:
        if "exchanges" in keys:
            yield from self._all_exchanges()
        for key, value in keys.items():
            if key == "eventsReceivedByTheSink":
                yield self._result(
                    key, f"{len(value)} events", sinks.compare(value, self._receivers, self._running.as_recorded)
                )
            elif LOGS.fullmatch(key) or key.startswith("feedbackSeenBy_"):
                yield from self._logs(key, value)
            elif key.startswith("prometheus"):
                yield from self._metrics(key, value)
            elif counted.kind_of(key) is not None:
                port = self._running.port(self._exchanges[0]["target"])
                assert port is not None
                shares = counted.compare(key, value, self._exchanges, self._graph, partial(self._send, port))
                yield self._result(key, "shares", shares)

    def _result(self, key: str, item: str, lines: list[str]) -> Result:
        return Result(self._case.name, key, item, "differs" if lines else "agreed", "; ".join(lines))

    def _send(self, port: int, request: Json, *, counted: bool = True) -> exchanges.Answer:
        """`counted`: whether the request shows in the orchestrator's counters."""
        answer = exchanges.send(port, request)
        if counted:
            self._tally.sent(request, answer.status)
        return answer

    def _all_exchanges(self) -> Iterator[Result]:
        last_feedback = max(
            (at for at, one in enumerate(self._exchanges) if "feedback" in one["request"]["path"]), default=-1
        )
        for at, exchange in enumerate(self._exchanges):
            item = f"{at} {exchange.get('about', '')}"
            port = self._running.port(exchange["target"])
            if port is None:
                yield Result(self._case.name, "exchanges", item, "differs", f"nothing listens for {exchange['target']}")
                continue
            try:
                lines = self._exchange(exchange, port)
            except exchanges.CannotSend as error:
                yield Result(self._case.name, "exchanges", item, "skipped", str(error))
                continue
            except (OSError, http.client.HTTPException) as error:
                lines = [f"no answer: {error!r}"]
            yield self._result("exchanges", item, lines)
            if at == last_feedback:
                self._send_lost_feedback(port)

    def _exchange(self, exchange: Json, port: int) -> list[str]:
        counted = exchange["response"]["status"] is not None  # else the original ends and counts nothing
        answer = self._send(port, exchange["request"], counted=counted)
        lines = exchanges.compare(exchange, answer, self._running.as_recorded)
        if lines and self._by_lot and exchange["request"]["path"].endswith("/predictions"):
            for _ in range(DRAWN_AGAIN):
                again = self._send(port, exchange["request"], counted=counted)
                lines = exchanges.compare(exchange, again, self._running.as_recorded)
                if not lines:
                    break
        if "callsToComponents" in exchange:
            calls = self._calls.since_last(len(exchange["callsToComponents"]))
            lines += component_logs.compare_calls(exchange, calls, self._running.as_recorded)
        if self._feedback_twice if "feedback" in exchange["request"]["path"] else self._twice:
            self._send(port, exchange["request"], counted=counted)
        if "Client.Timeout" in answer.body:
            self._await_idle()
        return lines

    def _await_idle(self) -> None:
        """Wait for components that still work on a request nobody waits for any more."""
        for component in self._running.plan.components:
            if component.waits_for:
                with socket.create_connection(("127.0.0.1", component.waits_for[0]), 30) as connection:
                    connection.sendall(b"GET /health/ping HTTP/1.0\r\n\r\n")
                    connection.recv(1024)

    def _send_lost_feedback(self, port: int) -> None:
        """Repeat feedback whose exchange is not in the file."""
        for request in lost_feedback(self._case):
            self._send(port, request)

    def _logs(self, key: str, value: Any) -> Iterator[Result]:
        if key.startswith("feedbackSeenBy_"):
            value = {key.partition("_")[2]: value}
        elif isinstance(value, list):  # of the root
            value = {self._graph["name"]: value}
        for component, lines in value.items():
            log = self._running.logs.get(component)
            if log is None:
                yield Result(self._case.name, key, component, "skipped", "no such component runs")
            else:
                yield self._result(key, component, component_logs.compare_feedback(lines, log))

    def _metrics(self, key: str, value: Json) -> Iterator[Result]:
        run = prometheus.Run(set(self._caused()), self._by_lot, self._tally.count)
        for name, recorded in value.items():
            number = re.match(r"\d+", name)
            port = self._running.plan.pod_ports.get(int(number[0])) if number else None
            if port is None or "families" not in recorded:
                yield Result(self._case.name, key, name, "skipped", "no such port among the processes")
                continue
            request: Json = {"method": "GET", "path": "/prometheus", "headers": {}, "body": None}
            answer = exchanges.send(port, request)
            kind = {name.lower(): value for name, value in answer.headers.items()}.get("content-type")
            lines = [] if answer.status == recorded["status"] else [f"status {answer.status}"]
            if recorded["contentType"] not in (None, kind):
                lines.append(f"content type: recorded {recorded['contentType']}, ours {kind}")
            yield self._result(key, f"{name} answer", lines)
            yield from prometheus.compare(self._case.name, key, name, recorded, answer.body, run)

    def _caused(self) -> Iterator[tuple[str, str]]:
        """(service, status) in the executor's metrics that the file's exchanges lead to."""
        for exchange in self._exchanges:
            path, status = exchange["request"]["path"], exchange["response"]["status"]
            # The health of protocol v2 is the orchestrator's own: it leads to no call of a component.
            if service_of(path) and not path.startswith("/v2/health"):
                yield service_of(path), str(500 if status is None else status)
