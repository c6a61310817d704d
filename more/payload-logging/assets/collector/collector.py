"""Takes the CloudEvents of Seldon's request logger, keeps them in SQLite and lets people search them.

POST /            one CloudEvent (binary mode: attributes in Ce-… headers); 200 when it is stored
GET  /            the search page
GET  /api/search  ?q=words&deployment=&node=&type=request|response&request=ID&limit=50, newest first
GET  /api/events  ?after=ID&limit=500, in order of arrival: for programs that follow the stream
GET  /ready, GET /metrics

Settings: DATA (folder), PORT, KEEP_EVENTS, KEEP_HOURS.
"""
import json
import os
import signal
import sqlite3
import sys
import time
from datetime import UTC, datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit
from uuid import uuid4

from store import FIELDS, Event, Store

HERE = Path(__file__).parent
PAGES = {"/": ("search.html", "text/html"), "/search.js": ("search.js", "text/javascript"), "/search.css": ("search.css", "text/css")}
LARGEST = 1 << 20
LONGEST_LIST = 1000


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 60
    store: Store

    def do_POST(self) -> None:
        try:
            length = int(self.headers.get("Content-Length", ""))
        except ValueError:
            self.close_connection = True
            return self.answer_text(HTTPStatus.LENGTH_REQUIRED, "an event needs a Content-Length")
        if not 0 <= length <= LARGEST:
            self.close_connection = True
            return self.answer_text(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"an event has at most {LARGEST} bytes")
        body = self.rfile.read(length)
        if len(body) < length:
            self.close_connection = True
            return None
        attributes = {name.lower(): value for name, value in self.headers.items()}
        event = Event(
            event=attributes.get("ce-id") or str(uuid4()),
            time=attributes.get("ce-time") or datetime.now(UTC).isoformat(),
            deployment=attributes.get("ce-inferenceservicename", ""),
            node=attributes.get("ce-modelid", ""),
            type=attributes.get("ce-type", "").rsplit(".", 1)[-1],
            request=attributes.get("ce-requestid", ""),
            body=body.decode("utf-8", "replace"),
        )
        try:
            self.store.append(event)
        except sqlite3.Error as error:
            return self.answer_text(HTTPStatus.INSUFFICIENT_STORAGE, f"not stored: {error}")
        return self.answer_text(HTTPStatus.OK, "stored")

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        asked = dict(parse_qsl(url.query))
        if url.path in PAGES:
            name, kind = PAGES[url.path]
            return self.answer(HTTPStatus.OK, (HERE / name).read_bytes(), kind)
        if url.path == "/ready":
            return self.answer_text(HTTPStatus.OK, "ready")
        if url.path == "/metrics":
            count = self.store.summary()["newest"]
            return self.answer_text(HTTPStatus.OK, f"# TYPE logged_events_total counter\nlogged_events_total {count}\n")
        if url.path not in ("/api/search", "/api/events", "/api/summary"):
            return self.answer_text(HTTPStatus.NOT_FOUND, "there is nothing here")
        try:
            limit = min(max(int(asked.get("limit", "50")), 1), LONGEST_LIST)
            after = int(asked.get("after", "0"))
        except ValueError:
            return self.answer_text(HTTPStatus.BAD_REQUEST, "limit and after are whole numbers")
        started = time.perf_counter()
        if url.path == "/api/summary":
            return self.answer_json(self.store.summary())
        if url.path == "/api/events":
            return self.answer_json({"events": self.store.after(after, limit)})
        found = self.store.search(asked.get("q", ""), {name: asked.get(name, "") for name in FIELDS}, limit)
        milliseconds = round((time.perf_counter() - started) * 1000, 2)
        stored = self.store.summary()["events"]
        return self.answer_json({"events": found, "milliseconds": milliseconds, "stored": stored})

    def answer_json(self, content: object) -> None:
        self.answer(HTTPStatus.OK, json.dumps(content).encode(), "application/json")

    def answer_text(self, status: HTTPStatus, text: str) -> None:
        self.answer(status, text.encode(), "text/plain")

    def answer(self, status: HTTPStatus, content: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; frame-ancestors 'none'; form-action 'none'; base-uri 'none'")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Thousands of events need no line each."""


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away is no news."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


def main() -> None:
    data = Path(os.environ.get("DATA", "data"))
    data.mkdir(parents=True, exist_ok=True)
    (data / "collector.pid").write_text(str(os.getpid()))
    keep, hours = int(os.environ.get("KEEP_EVENTS", "200000")), float(os.environ.get("KEEP_HOURS", "168"))
    Handler.store = Store(data / "events.db", keep, hours * 3600)
    server = Server(("0.0.0.0", int(os.environ.get("PORT", "8080"))), Handler)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    stored = Handler.store.summary()["events"]
    print(f"collector: {stored} events, at most {keep} for {hours:g} h, on port {server.server_port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
