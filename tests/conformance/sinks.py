"""Receives the events that the orchestrator logs, in place of the recorded sinks."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from .differences import differences
from .exchanges import NUMBER, close

Json = dict[str, Any]

VOLATILE = ("Ce-Id", "Ce-Time", "Ce-Traceparent", "Traceparent")
WAIT_SECONDS = 60.0


class Sink:
    """An HTTP server that keeps what it gets. One for each host that the loggers of a manifest name."""

    def __init__(self, original: str) -> None:
        self.original = original
        self.events: list[Json] = []
        sink = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode("utf-8", "replace")
                headers = {**dict(self.headers.items()), "Host": original}
                sink.events.append({"method": self.command, "path": self.path, "headers": headers, "body": body})
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *arguments: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.address = f"127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


DEFAULT_SINK = "default-broker"  # where the chart sends the events of loggers without a URL


def hosts(graph: Json) -> set[str]:
    """host:port of every logger in a graph."""
    logger = graph.get("logger")
    found = {urlsplit(logger.get("url") or f"http://{DEFAULT_SINK}").netloc} if logger else set()
    for child in graph.get("children") or []:
        found |= hosts(child)
    return found


def compare(recorded: list[Json], sinks: list[Sink], as_recorded: Callable[[str], str]) -> list[str]:
    """Where the received events differ from the recorded ones; order does not count."""
    deadline = time.monotonic() + WAIT_SECONDS
    while sum(len(sink.events) for sink in sinks) < len(recorded) and time.monotonic() < deadline:
        time.sleep(0.02)
    left = sorted((_comparable(event, str) for event in recorded), key=_order)
    right = sorted((_comparable(event, as_recorded) for sink in sinks for event in sink.events), key=_order)
    if [_order(one) for one in left] != [_order(one) for one in right]:
        missing = [_order(one) for one in left if _order(one) not in map(_order, right)]
        extra = [_order(one) for one in right if _order(one) not in map(_order, left)]
        return [f"recorded {len(left)} events, ours {len(right)}; missing {missing}, too many {extra}"]
    for one, other in zip(left, right, strict=True):
        if close(one["body"], other["body"]):
            other["body"] = one["body"]
    return differences(left, right, "events")


def _comparable(event: Json, as_recorded: Callable[[str], str]) -> Json:
    headers = {
        name: "<volatile>" if name in VOLATILE else as_recorded(value) for name, value in event["headers"].items()
    }
    return {**event, "headers": headers}


def _order(event: Json) -> tuple[str, str, str, str]:
    headers = event["headers"]
    return (
        event["path"],
        headers.get("Ce-Requestid", ""),
        headers.get("Ce-Type", ""),
        NUMBER.sub("#", event["body"])[:200],
    )
