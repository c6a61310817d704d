"""Passes HTTP on to a service, both ways as it comes: nothing is gathered, so nothing that is endless can fill us."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpcore
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from handrail.server.guard import header
from handrail.server.plain_page import is_navigation
from handrail.server.preview import answers, headers
from handrail.server.preview.registry import Origins, Preview

CONNECT_WITHIN = 5.0  # seconds
SILENT_FOR = 600.0  # seconds without a byte; event streams and long polls are silent for minutes
MOST_CONNECTIONS = 100
# What Go's and nginx' servers say, in an answer 400, to whoever does not speak TLS to them.
_TLS_WANTED = (b"HTTPS server", b"HTTPS port")
_TIMEOUTS = {"connect": CONNECT_WITHIN, "read": SILENT_FOR, "write": SILENT_FOR, "pool": CONNECT_WITHIN}
_REFUSALS = (httpcore.ConnectError, httpcore.ConnectTimeout)
_FAILURES = (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException)


@dataclass
class Given:
    """What a service has answered so far: `first` has been read of its body."""

    response: httpcore.Response
    pieces: AsyncIterator[bytes]
    first: bytes = b""

    async def body(self) -> AsyncIterator[bytes]:
        """Raises what httpcore raises; a body that breaks off must not look whole."""
        if self.first:
            yield self.first
        async for piece in self.pieces:
            yield piece


async def may_be_asked(preview: Preview, origins: Origins) -> bool:
    """Whether what listens there, if anything, is a program of this user's; where a machine is nobody else's, it may be
    another's."""
    if not origins.is_shared:
        return True
    ports = await preview.runtime.open_ports(preview.host, own=True)
    return ports is not None and preview.port in ports


class Requests:
    """Asks services with a connection for each request: a server that is started again is met at once."""

    def __init__(self, origins: Origins) -> None:
        self._origins = origins
        # A service of the lesson has a certificate of its own making, if any, and the connection never leaves here.
        unverified = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        unverified.check_hostname, unverified.verify_mode = False, ssl.CERT_NONE
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=unverified, max_connections=MOST_CONNECTIONS, max_keepalive_connections=0
        )

    async def pass_on(self, preview: Preview, host: str, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers with what the service answers, or with a sentence about why it does not."""
        has_body = any(header(scope, name) for name in (b"content-length", b"transfer-encoding"))
        asking = asyncio.create_task(self._ask(preview, host, Request(scope, receive), has_body))
        if not has_body:
            # Nobody waits any longer for an answer to a request whose frame or tab is gone.
            leaving = asyncio.create_task(_disconnected(receive))
            await asyncio.wait({asking, leaving}, return_when=asyncio.FIRST_COMPLETED)
            is_gone = leaving.done() and not asking.done()
            leaving.cancel()
            if is_gone:
                asking.cancel()
                return
        try:
            given = await asking
        except _FAILURES as error:
            await self._why(error, scope, preview)(scope, receive, send)
            return
        try:
            await self._answer(scope, preview, given)(scope, receive, send)
        finally:
            await given.response.aclose()

    async def _ask(self, preview: Preview, host: str, request: Request, has_body: bool) -> Given:
        """Raises one of _FAILURES. A service that turns out to speak TLS only is asked so from then on."""
        if not await may_be_asked(preview, self._origins):
            raise httpcore.ConnectError("nothing of this user's listens there")
        may_be_tls = preview.scheme == "http" and not has_body
        try:
            given = await self._ask_by(preview.scheme, preview, host, request, has_body)
        except (httpcore.ProtocolError, httpcore.ReadError) as error:
            if not may_be_tls:
                raise
            try:
                given = await self._ask_by("https", preview, host, request, has_body)
            except _FAILURES:
                raise error from None
            preview.scheme = "https"
            return given
        if may_be_tls and given.response.status == 400:
            given.first = await anext(given.pieces, b"")
            if any(words in given.first for words in _TLS_WANTED):
                await given.response.aclose()
                preview.scheme = "https"
                return await self._ask_by("https", preview, host, request, has_body)
        return given

    async def _ask_by(self, scheme: str, preview: Preview, host: str, request: Request, has_body: bool) -> Given:
        scope = request.scope
        query = b"?" + scope["query_string"] if scope["query_string"] else b""
        sent = headers.to_service(scope["headers"], preview, self._origins.of(host), self._origins.token)
        if has_body and not header(scope, b"content-length"):
            sent.append((b"transfer-encoding", b"chunked"))
        places, port = preview.places, preview.address[1]
        for place in places:
            url = httpcore.URL(scheme=scheme, host=place, port=port, target=scope["raw_path"] + query)
            asked = httpcore.Request(
                scope["method"], url, headers=sent, content=request.stream() if has_body else None,
                extensions={"timeout": _TIMEOUTS},
            )  # fmt: skip
            try:
                response = await self._pool.handle_async_request(asked)
            except _REFUSALS:
                if place == places[-1]:
                    raise
            else:
                return Given(response, aiter(response.aiter_stream()))
        raise AssertionError("the last place answers or raises")

    def _answer(self, scope: Scope, preview: Preview, given: Given) -> Response:
        """The service's answer. A redirect of the frame to another address would leave it blank, so it is said."""
        for name, value in given.response.headers:
            is_shown = is_navigation(scope) and 300 <= given.response.status < 400
            if name.lower() == b"location" and is_shown and headers.own_path(value, preview) is None:
                sentence = "It sends you to another address, which is not shown here. Open it in a tab of its own:"
                return self._say(scope, 200, "This page is elsewhere", sentence, value.decode("latin-1"))
        passed = StreamingResponse(given.body(), given.response.status)
        frames = answers.frame_ancestors(self._origins.frames)
        passed.raw_headers = headers.to_browser(given.response.headers, preview, frames)
        return passed

    def _why(self, error: Exception, scope: Scope, preview: Preview) -> Response:
        if isinstance(error, httpcore.PoolTimeout):
            return self._say(scope, 503, "Too many requests wait", "Close other previews, then reload this one.")
        if isinstance(error, _REFUSALS):
            preview.listening = False
            sentence = "Start the service in the lesson's terminal, then reload."
            return self._say(scope, 502, f"Nothing answers on port {preview.port} now", sentence)
        if isinstance(error, httpcore.TimeoutException):
            sentence = "The service took the request and has been silent since. Reload to ask again."
            return self._say(scope, 504, f"No answer within {SILENT_FOR / 60:.0f} minutes", sentence)
        sentence = "The program there speaks no HTTP, or has just ended. Use it from the terminal."
        return self._say(scope, 502, f"Port {preview.port} serves no web page", sentence)

    def _say(self, scope: Scope, status: int, title: str, sentence: str, link: str = "") -> Response:
        return answers.answer(scope, self._origins.frames, status, title, sentence, link)


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
