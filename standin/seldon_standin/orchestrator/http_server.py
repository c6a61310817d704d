"""HTTP/1.1 server on a raw asyncio protocol: keep-alive, pipelining in order, chunked bodies, 100-continue.

Answers have the shape that Go's net/http gives them: chunked above 2048 bytes, Content-Length below.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from email.utils import formatdate
from typing import cast
from urllib.parse import unquote

import httptools

log = logging.getLogger("http")

MAX_HEADER_BYTES = 1 << 20
PIPELINE_LIMIT = 16
IDLE_SECONDS = 65.0
CHUNK_ABOVE = 2048

REASONS = {
    100: "Continue", 200: "OK", 201: "Created", 202: "Accepted", 204: "No Content", 301: "Moved Permanently",
    302: "Found", 304: "Not Modified", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden",
    404: "Not Found", 405: "Method Not Allowed", 406: "Not Acceptable", 408: "Request Timeout",
    409: "Conflict", 410: "Gone", 413: "Request Entity Too Large", 415: "Unsupported Media Type",
    418: "I'm a teapot", 422: "Unprocessable Entity", 429: "Too Many Requests",
    431: "Request Header Fields Too Large", 500: "Internal Server Error", 501: "Not Implemented",
    502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Timeout",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Request:
    """`path` is decoded and without the query; `query` is as sent; `headers` are in order, names in lower case."""

    method: str
    path: str
    query: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str:
        """The first value of a header (name in lower case), or the empty text."""
        return next((value for key, value in self.headers if key == name), "")


@dataclass(frozen=True, slots=True)
class Response:
    """Headers without Date, Content-Length and Transfer-Encoding, which the server adds."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


Handler = Callable[[Request], Awaitable[Response]]


class Date:
    """The Date header, formatted once a second."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._until = 0.0
        self._line = ""

    def line(self) -> str:
        now = self._loop.time()
        if now >= self._until:
            self._until = now + 1
            self._line = f"Date: {formatdate(usegmt=True)}\r\n"
        return self._line


class _Connection(asyncio.Protocol):
    """One client's connection: requests are read ahead and answered in order."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._loop = server.loop
        self._transport: asyncio.Transport | None = None
        self._parser = httptools.HttpRequestParser(self)
        self._queue: deque[tuple[Request, bool, bool]] = deque()
        self._task: asyncio.Task[None] | None = None
        self._writable: asyncio.Future[None] | None = None
        self._paused = False
        self._header_bytes = 0
        self._in_headers = False
        self._refused = False
        self.idle_since = self._loop.time()
        self._start()

    def _start(self) -> None:
        self._url = b""
        self._headers: list[tuple[str, str]] = []
        self._body: list[bytes] = []

    # transport callbacks
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._server.connections.add(self)

    def connection_lost(self, error: Exception | None) -> None:
        self._server.connections.discard(self)
        self._transport = None
        if self._writable is not None and not self._writable.done():
            self._writable.set_result(None)
        # The walk through the graph goes on, as in the original: a feedback must not stop half-way.

    def pause_writing(self) -> None:
        self._writable = self._loop.create_future()

    def resume_writing(self) -> None:
        if self._writable is not None and not self._writable.done():
            self._writable.set_result(None)
        self._writable = None

    def data_received(self, data: bytes) -> None:
        if self._refused:
            return
        self.idle_since = self._loop.time()
        if self._in_headers or not self._url:
            self._header_bytes += len(data)
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            self._refuse(400, "400 Bad Request")
        except httptools.HttpParserError:
            self._refuse(400, "400 Bad Request")
        if self._in_headers and self._header_bytes > MAX_HEADER_BYTES:
            self._refuse(431, "431 Request Header Fields Too Large")

    def _refuse(self, status: int, text: str) -> None:
        """Answer what net/http answers before any handler sees the request, then close."""
        self._refused = True
        if self._task is None and self._transport is not None:
            head = f"HTTP/1.1 {status} {REASONS[status]}\r\nContent-Type: text/plain; charset=utf-8\r\n"
            self._transport.write(f"{head}Connection: close\r\n\r\n{text}".encode())
        if self._transport is not None and self._task is None:
            self._transport.close()

    # parser callbacks
    def on_message_begin(self) -> None:
        self._in_headers = True

    def on_url(self, url: bytes) -> None:
        self._url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        self._headers.append((name.decode("latin-1").lower(), value.decode("latin-1").strip()))

    def on_headers_complete(self) -> None:
        self._in_headers = False
        self._header_bytes = 0
        for name, value in self._headers:
            if name == "expect" and value.lower() == "100-continue" and self._transport is not None:
                self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def on_body(self, chunk: bytes) -> None:
        self._body.append(chunk)

    def on_message_complete(self) -> None:
        path, _, query = self._url.decode("latin-1").partition("?")
        if "://" in path[:8]:  # absolute form
            path = "/" + path.split("://", 1)[1].partition("/")[2]
        body = self._body[0] if len(self._body) == 1 else b"".join(self._body)
        method = self._parser.get_method().decode("latin-1")
        http11 = self._parser.get_http_version() == "1.1"
        request = Request(method, unquote(path) if "%" in path else path, query, tuple(self._headers), body)
        keep = self._parser.should_keep_alive()
        self._start()
        self._queue.append((request, keep, http11))
        if len(self._queue) > PIPELINE_LIMIT and self._transport is not None and not self._paused:
            self._paused = True
            self._transport.pause_reading()
        if self._task is None:
            self._task = self._loop.create_task(self._serve())
            self._server.tasks.add(self._task)
            self._task.add_done_callback(self._served)

    def _served(self, task: asyncio.Task[None]) -> None:
        self._server.tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.error("a request could not be answered", exc_info=task.exception())
            if self._transport is not None:
                self._transport.abort()

    async def _serve(self) -> None:
        """Answer what is queued, in order; ends when the queue is empty or the connection is to close."""
        try:
            await self._drain()
        finally:
            # Here and not in the done callback, which runs later: a request that came in between would wait for ever.
            self._task = None
            self.idle_since = self._loop.time()

    async def _drain(self) -> None:
        while self._queue:
            request, keep, http11 = self._queue.popleft()
            if self._paused and self._transport is not None:
                self._paused = False
                self._transport.resume_reading()
            response = await self._server.handler(request)
            if self._transport is None:
                continue
            keep = keep and not self._server.draining
            self._write(request, response, keep, http11)
            if self._writable is not None:
                await self._writable
            if not keep or self._refused:
                if self._transport is not None:
                    self._transport.close()
                return

    def _write(self, request: Request, response: Response, keep: bool, http11: bool) -> None:
        assert self._transport is not None
        body = response.body
        bodiless = response.status in (204, 304)
        chunked = http11 and len(body) > CHUNK_ABOVE
        lines = [f"HTTP/1.1 {response.status} {REASONS.get(response.status, 'status code')}\r\n"]
        lines += [f"{name}: {value}\r\n" for name, value in response.headers]
        lines.append(self._server.date.line())
        if chunked:
            lines.append("Transfer-Encoding: chunked\r\n")
        elif not bodiless:
            lines.append(f"Content-Length: {len(body)}\r\n")
        if not keep:
            lines.append("Connection: close\r\n")
        elif not http11:
            lines.append("Connection: keep-alive\r\n")
        head = ("".join(lines) + "\r\n").encode("latin-1", "replace")
        if request.method == "HEAD" or bodiless:
            self._transport.write(head)
        elif chunked:
            self._transport.writelines([head, b"%x\r\n" % len(body), body, b"\r\n0\r\n\r\n"])
        else:
            self._transport.write(head + body)

    @property
    def busy(self) -> bool:
        return self._task is not None

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()


class Server:
    """Listens on one port. `draining` makes every answer close its connection."""

    def __init__(self, handler: Handler) -> None:
        self.loop = asyncio.get_running_loop()
        self.handler = handler
        self.date = Date(self.loop)
        self.connections: set[_Connection] = set()
        self.tasks: set[asyncio.Task[None]] = set()
        self.draining = False
        self._listener: asyncio.Server | None = None
        self._sweeper: asyncio.Task[None] | None = None

    async def start(self, port: int) -> int:
        """Listen on all IPv4 addresses; the port that was taken (of use when asked for 0)."""
        self._listener = await self.loop.create_server(lambda: _Connection(self), "0.0.0.0", port, backlog=1024)
        self._sweeper = self.loop.create_task(self._sweep())
        return int(self._listener.sockets[0].getsockname()[1])

    async def _sweep(self) -> None:
        """Close connections on which nothing has happened for IDLE_SECONDS."""
        while True:
            await asyncio.sleep(5)
            oldest = self.loop.time() - IDLE_SECONDS
            for connection in list(self.connections):
                if not connection.busy and connection.idle_since < oldest:
                    connection.close()

    async def stop(self, grace: float) -> None:
        """Stop listening, answer what has been asked (at most `grace` seconds), close everything."""
        self.draining = True
        if self._listener is not None:
            self._listener.close()
        if self._sweeper is not None:
            self._sweeper.cancel()
        for connection in list(self.connections):
            if not connection.busy:
                connection.close()
        if self.tasks:
            await asyncio.wait(set(self.tasks), timeout=grace)
        for connection in list(self.connections):
            connection.close()
