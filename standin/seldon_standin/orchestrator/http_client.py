"""HTTP/1.1 client for the components: keep-alive pools on raw asyncio protocols, no framework."""

from __future__ import annotations

import asyncio
import socket
import zlib
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from time import perf_counter
from typing import cast

import httptools

IDLE_PER_HOST = 64
RESOLVE_SECONDS = 5.0
# A pod that has gone may leave an address that swallows everything; a new attempt reaches its successor.
CONNECT_SECONDS = 5.0


class TransportError(Exception):
    """No answer came; str() is the cause in the words of Go's net/http."""


@dataclass(frozen=True)
class Reply:
    """A component's answer. `headers_at` is the perf_counter at which its headers had arrived."""

    status: int
    content_type: str
    encoding: str
    body: bytes
    headers_at: float


class _Connection(asyncio.Protocol):
    """One connection; serves one exchange at a time."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._waiter: asyncio.Future[Reply] | None = None
        self._parser: httptools.HttpResponseParser | None = None
        self.transport: asyncio.Transport | None = None
        self.reusable = False
        self.got_bytes = False
        self.used = False
        self.headers_done = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)

    def exchange(self, request: bytes, body: bytes) -> asyncio.Future[Reply]:
        assert self.transport is not None
        self._waiter = self._loop.create_future()
        self._parser = httptools.HttpResponseParser(self)
        self._chunks: list[bytes] = []
        self._content_type = self._encoding = ""
        self.reusable = self.got_bytes = self.headers_done = False
        self._until_close = True
        self._headers_at = 0.0
        # One write for small requests; two for large ones, so that the body is not copied.
        if len(body) < 65536:
            self.transport.write(request + body)
        else:
            self.transport.writelines([request, body])
        return self._waiter

    # httptools callbacks
    def on_header(self, name: bytes, value: bytes) -> None:
        name = name.lower()
        if name == b"content-type":
            self._content_type = value.decode("latin-1")
        elif name == b"content-encoding":
            self._encoding = value.decode("latin-1")
        elif name in (b"content-length", b"transfer-encoding"):
            self._until_close = False

    def on_headers_complete(self) -> None:
        self._headers_at = perf_counter()
        self.headers_done = True

    def on_body(self, chunk: bytes) -> None:
        self._chunks.append(chunk)

    def on_message_complete(self) -> None:
        assert self._parser is not None
        status = self._parser.get_status_code()
        if status < 200:  # 100 Continue and the like come before the answer
            self._chunks.clear()
            return
        self.reusable = self._parser.should_keep_alive() and not self._until_close
        self._finish(status)

    def _finish(self, status: int) -> None:
        if self._waiter is not None and not self._waiter.done():
            body = self._chunks[0] if len(self._chunks) == 1 else b"".join(self._chunks)
            self._waiter.set_result(Reply(status, self._content_type, self._encoding, body, self._headers_at))
        self._waiter = None

    def data_received(self, data: bytes) -> None:
        if self._waiter is None or self._parser is None:
            self.abort()  # nobody asked
            return
        self.got_bytes = True
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            line = data.split(b"\r\n", 1)[0][:80].decode("latin-1")
            self._fail(f'net/http: HTTP/1.x transport connection broken: malformed HTTP response "{line}"')
            self.abort()

    def connection_lost(self, error: Exception | None) -> None:
        self.reusable = False
        self.transport = None
        if self._waiter is None:
            return
        if self.headers_done and self._until_close and error is None and self._parser is not None:
            self._finish(self._parser.get_status_code())
        elif error is not None and not isinstance(error, ConnectionAbortedError):
            self._fail("read: connection reset by peer")
        else:
            self._fail("unexpected EOF" if self.headers_done else "EOF")

    def _fail(self, cause: str) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_exception(TransportError(cause))
        self._waiter = None

    def abort(self) -> None:
        self.reusable = False
        if self.transport is not None:
            self.transport.abort()


class Client:
    """Sends requests to components and keeps their connections. One per process."""

    def __init__(self, timeout: float | None = None) -> None:
        self._loop = asyncio.get_running_loop()
        self._timeout = timeout
        self._idle: dict[tuple[str, int], deque[_Connection]] = {}
        self._addresses: dict[str, tuple[float, tuple[str, ...]]] = {}

    async def request(
        self,
        method: str,
        host: str,
        port: int,
        path: str,
        headers: Iterable[tuple[str, str]],
        body: bytes | None,
        decompress: bool,
    ) -> Reply:
        """One exchange, tried again on a fresh connection if a kept one turned out to be closed.

        `decompress`: the caller did not ask for gzip itself, so a gzip answer is unpacked.
        Raises TransportError, also after the timeout.
        """
        lines = [f"{method} {path} HTTP/1.1"]
        lines += [f"{name}: {value}" for name, value in headers]
        head = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")
        if self._timeout is None:
            return self._unpack(await self._exchange(host, port, head, body or b"", []), decompress)
        held: list[_Connection] = []
        try:
            async with asyncio.timeout(self._timeout):
                return self._unpack(await self._exchange(host, port, head, body or b"", held), decompress)
        except TimeoutError:
            reading = bool(held) and held[-1].headers_done
            raise TransportError(
                "net/http: request canceled (Client.Timeout or context cancellation while reading body)"
                if reading
                else "net/http: request canceled (Client.Timeout exceeded while awaiting headers)"
            ) from None

    async def knock(self, host: str, port: int) -> None:
        """Open a connection and close it again. Raises TransportError when nothing listens."""
        connection = await self._connect(host, port)
        if connection.transport is not None:
            connection.transport.close()

    async def _exchange(self, host: str, port: int, head: bytes, body: bytes, held: list[_Connection]) -> Reply:
        key = (host, port)
        while True:
            connection = self._take(key) or await self._connect(host, port)
            held.append(connection)
            kept = connection.used
            connection.used = True
            try:
                reply = await connection.exchange(head, body)
            except TransportError:
                if kept and not connection.got_bytes:
                    continue
                raise
            except BaseException:
                connection.abort()
                raise
            self._give_back(key, connection)
            return reply

    def _take(self, key: tuple[str, int]) -> _Connection | None:
        idle = self._idle.get(key)
        while idle:
            connection = idle.pop()
            if connection.transport is not None and not connection.transport.is_closing():
                return connection
        return None

    def _give_back(self, key: tuple[str, int], connection: _Connection) -> None:
        idle = self._idle.setdefault(key, deque())
        if connection.reusable and connection.transport is not None and len(idle) < IDLE_PER_HOST:
            idle.append(connection)
        elif connection.transport is not None:
            connection.transport.close()

    async def _connect(self, host: str, port: int) -> _Connection:
        first: TransportError | None = None
        for address in await self._resolve(host):
            try:
                async with asyncio.timeout(CONNECT_SECONDS):
                    _, connection = await self._loop.create_connection(lambda: _Connection(self._loop), address, port)
                return connection
            except OSError as error:
                shown = f"[{address}]" if ":" in address else address
                match error:
                    case TimeoutError():
                        cause = "i/o timeout"
                    case ConnectionRefusedError():
                        cause = "connect: connection refused"
                    case _:
                        cause = f"connect: {error}"
                first = first or TransportError(f"dial tcp {shown}:{port}: {cause}")
        # Go tries ::1 first for localhost and reports the first failure; we connect the other way round.
        if host == "localhost" and first is not None and "connection refused" in str(first):
            first = TransportError(f"dial tcp [::1]:{port}: connect: connection refused")
        raise first or TransportError(f"dial tcp: lookup {host}: no such host")

    async def _resolve(self, host: str) -> tuple[str, ...]:
        if host == "localhost":
            return ("127.0.0.1", "::1")
        known = self._addresses.get(host)
        now = self._loop.time()
        if known is not None and known[0] > now:
            return known[1]
        try:
            found = await self._loop.getaddrinfo(host, None, type=socket.SOCK_STREAM)
        except OSError:
            raise TransportError(f"dial tcp: lookup {host}: no such host") from None
        addresses = tuple(dict.fromkeys(str(entry[4][0]) for entry in found))
        self._addresses[host] = (now + RESOLVE_SECONDS, addresses)
        return addresses

    @staticmethod
    def _unpack(reply: Reply, decompress: bool) -> Reply:
        if not decompress or reply.encoding.lower() != "gzip":
            return reply
        try:
            body = zlib.decompress(reply.body, wbits=31)
        except zlib.error as error:
            raise TransportError(f"gzip: invalid data ({error})") from None
        return Reply(reply.status, reply.content_type, "", body, reply.headers_at)

    def close(self) -> None:
        for idle in self._idle.values():
            for connection in idle:
                connection.abort()
        self._idle.clear()
