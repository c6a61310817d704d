"""The outermost ASGI layer: every HTTP request and WebSocket passes here before any route sees it.

A player that forks shells is a remote-code service by design. So whoever talks to it must name this
server as Host (DNS rebinding), come from our own page if it is a browser (Origin, Sec-Fetch-Site), and
hold the session's token, which travels in the Authorization header or as a WebSocket subprotocol and
never in a URL. Only `/` and `/static/*` need no token: they hold no scenario data. A tab whose token is
not ours is told an opaque id of the lesson, by which it sees that another one has taken its place.
Everything is decided on `scope["path"]`, the path that the router uses too, never on a rebuilt URL.
"""

import hmac
from collections.abc import Iterable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

# What the page may load and who may frame it. xterm.js paints with inline styles; pictures that need the
# token are fetched by script and shown as blobs. Frames are for previews, which have an origin each.
CONTENT_SECURITY_POLICY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' blob:; object-src 'none'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; frame-src "
)
SECURITY_HEADERS: tuple[tuple[bytes, bytes], ...] = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
SUBPROTOCOL = "handrail"
TOKEN_SUBPROTOCOL = "handrail.token."
LESSON_HEADER = b"handrail-lesson"
MAX_BODY = 1 << 20  # bytes of one HTTP request
MAX_FILE = 2 << 20  # of one that carries a file: PUT
MAX_SOCKETS = 64  # WebSockets open at once, all tabs together


class Forbidden(Exception):
    """A request the guard turns away: an HTTP status and one sentence."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


class Guard:
    """Wraps the app; `hosts` are the exact Host values (with port) that mean this server, `lesson` its lesson's
    id, `frames` the origins that the page may show in frames."""

    def __init__(
        self, app: ASGIApp, *, token: str, hosts: Iterable[str], lesson: str, frames: str = "'none'"
    ) -> None:  # fmt: skip
        self.app = app
        self.token = token.encode()
        self.lesson = lesson.encode()
        self.hosts = frozenset(hosts)
        self.policy = (CONTENT_SECURITY_POLICY + frames).encode()
        self.sockets = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuses, or passes on with a whole body, counted sockets and security headers."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        try:
            self.admit(scope)
            if scope["type"] == "http" and scope["method"] not in ("GET", "HEAD"):
                receive = await whole_body(receive, most_bytes(scope))
        except Forbidden as forbidden:
            await refuse(scope, receive, with_headers(send, self.policy), forbidden, self.lesson)
            return
        if scope["type"] == "http":
            await self.app(scope, receive, with_headers(send, self.policy, scope["path"]))
            return
        self.sockets += 1
        try:
            await self.app(scope, receive, send)
        finally:
            self.sockets -= 1

    def admit(self, scope: Scope) -> None:
        """Raises Forbidden unless the request may reach a route."""
        is_socket = scope["type"] == "websocket"
        hosts = header(scope, b"host")
        if len(hosts) != 1 or hosts[0].decode("latin-1").lower() not in self.hosts:
            raise Forbidden(421, "This address is not this player's. Open the address that handrail printed.")
        self.check_origin(scope, hosts[0].lower(), is_socket)
        is_public = scope["path"] == "/" or scope["path"].startswith("/static/")
        if is_socket or not is_public:
            self.check_token(scope, is_socket)
        elif scope["method"] not in ("GET", "HEAD"):
            raise Forbidden(405, "Only reading is allowed here.")
        if is_socket and self.sockets >= MAX_SOCKETS:
            raise Forbidden(503, "Too many connections are open. Close a tab of this page and try again.")
        lengths = header(scope, b"content-length")
        if lengths and (not lengths[0].isdigit() or int(lengths[0]) > most_bytes(scope)):
            raise Forbidden(413, "The request is too large.")

    def check_origin(self, scope: Scope, host: bytes, is_socket: bool) -> None:
        """A WebSocket must carry our own Origin; an HTTP request must not carry another one."""
        origins = header(scope, b"origin")
        if is_socket or origins:
            ours = b"http://" + host
            if len(origins) != 1 or not hmac.compare_digest(origins[0].lower(), ours):
                raise Forbidden(403, "The request comes from another site.")
        site = header(scope, b"sec-fetch-site")
        is_public = scope["path"] == "/" or scope["path"].startswith("/static/")
        if site and site[0] not in (b"same-origin", b"none") and not is_public:
            raise Forbidden(403, "The request comes from another site.")

    def check_token(self, scope: Scope, is_socket: bool) -> None:
        """Constant-time comparison with the session's token."""
        given = b""
        if is_socket:
            for name in scope["subprotocols"]:
                if name.startswith(TOKEN_SUBPROTOCOL):
                    given = name.removeprefix(TOKEN_SUBPROTOCOL).encode()
        else:
            values = header(scope, b"authorization")
            if len(values) == 1 and values[0].startswith(b"Bearer "):
                given = values[0].removeprefix(b"Bearer ")
        if not hmac.compare_digest(given, self.token):
            raise Forbidden(401, "This page is not signed in. Open the address that handrail printed.")


def header(scope: Scope, name: bytes) -> list[bytes]:
    """All values of one header, as sent."""
    return [value for key, value in scope["headers"] if key == name]


def most_bytes(scope: Scope) -> int:
    """How long the body of a request may be."""
    return MAX_FILE if scope.get("method") == "PUT" else MAX_BODY


async def whole_body(receive: Receive, most: int = MAX_BODY) -> Receive:
    """Reads the body, refuses one past the limit whatever length it declared, and hands it on in one piece."""
    body = b""
    message: Message = {"more_body": True}
    while message.get("more_body", False):
        message = await receive()
        if message["type"] != "http.request":
            break
        body += message.get("body", b"")
        if len(body) > most:
            raise Forbidden(413, "The request is too large.")
    first: Message | None = {"type": "http.request", "body": body, "more_body": False}

    async def receive_again() -> Message:
        nonlocal first
        message, first = first, None
        return message if message is not None else await receive()

    return receive_again


def with_headers(send: Send, policy: bytes, path: str = "") -> Send:
    """Adds the security headers. Static files are asked for again each time (they have an ETag), the rest not kept."""

    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = list(message.get("headers", []))
            headers.append((b"content-security-policy", policy))
            headers.extend(SECURITY_HEADERS)
            headers.append((b"cache-control", b"no-cache" if path.startswith("/static/") else b"no-store"))
            message["headers"] = headers
        await send(message)

    return send_with_headers


async def refuse(scope: Scope, receive: Receive, send: Send, forbidden: Forbidden, lesson: bytes) -> None:
    """Answers with the status and the sentence; a WebSocket is refused before it opens."""
    kind = "http" if scope["type"] == "http" else "websocket.http"
    if kind == "websocket.http":
        await receive()  # websocket.connect
        if "websocket.http.response" not in scope.get("extensions", {}):
            await send({"type": "websocket.close", "code": 1008})
            return
    body = (forbidden.reason + "\n").encode()
    start: Message = {
        "type": f"{kind}.response.start",
        "status": forbidden.status,
        "headers": [
            (b"content-type", b"text/plain; charset=utf-8"),
            (b"content-length", str(len(body)).encode()),
            *([(LESSON_HEADER, lesson)] if forbidden.status == 401 else []),
        ],
    }
    await send(start)
    await send({"type": f"{kind}.response.body", "body": body})
