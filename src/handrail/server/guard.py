"""The outermost ASGI layer: every HTTP request and WebSocket passes here before any route sees it.

A player that forks shells is a remote-code service by design. Who may pass is decided by `token_guard.TokenGuard` for a
player on one's own machine, by `hub.guard.HubGuard` for one behind JupyterHub; here is what both have in common: whole
bodies of a limited size, so many sockets, security headers. Without credentials, both give `/static/*` alone, which
holds no scenario data; the local one its page, too. Everything is decided on `scope["path"]`, the path that the
router uses too, never on a rebuilt URL.
"""

from collections.abc import Sequence

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
READING = ("GET", "HEAD")
MAX_BODY = 1 << 20  # bytes of one HTTP request
MAX_FILE = 2 << 20  # of one that carries a file: PUT
MAX_SOCKETS = 64  # WebSockets open at once, all tabs together


class Forbidden(Exception):
    """A request the guard turns away: an HTTP status, one sentence, and further headers of the answer."""

    def __init__(self, status: int, reason: str, headers: Sequence[tuple[bytes, bytes]] = ()) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason
        self.headers = headers


class Guard:
    """Wraps the app; a kind of guard says who is admitted. `frames`: the origins that the page may show in frames."""

    def __init__(self, app: ASGIApp, *, frames: str) -> None:
        self.app = app
        self.policy = (CONTENT_SECURITY_POLICY + frames).encode()
        self.sockets = 0

    async def admit(self, scope: Scope) -> Scope:
        """The request as the app gets it. Raises Forbidden unless it may reach a route."""
        raise NotImplementedError

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuses, or passes on with a whole body, counted sockets and security headers."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        try:
            scope = await self.admit(scope)
            self.check_limits(scope)
            if scope["type"] == "http" and scope["method"] not in READING:
                receive = await whole_body(receive, most_bytes(scope))
        except Forbidden as forbidden:
            await self.refuse(scope, receive, with_headers(send, self.policy), forbidden)
            return
        if scope["type"] == "http":
            await self.app(scope, receive, with_headers(send, self.policy, path_of(scope)))
            return
        self.sockets += 1
        try:
            await self.serve_socket(scope, receive, send)
        finally:
            self.sockets -= 1

    async def serve_socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes on a socket that was admitted."""
        await self.app(scope, receive, send)

    async def refuse(self, scope: Scope, receive: Receive, send: Send, forbidden: Forbidden) -> None:
        """Answers with the status and the sentence."""
        await refuse(scope, receive, send, forbidden)

    def check_limits(self, scope: Scope) -> None:
        """Raises Forbidden for one socket too many, or a body that says that it is too large."""
        if scope["type"] == "websocket" and self.sockets >= MAX_SOCKETS:
            raise Forbidden(503, "Too many connections are open. Close a tab of this page and try again.")
        lengths = header(scope, b"content-length")
        if lengths and (not lengths[0].isdigit() or int(lengths[0]) > most_bytes(scope)):
            raise Forbidden(413, "The request is too large.")


def path_of(scope: Scope) -> str:
    """The path below what a proxy has put in front of it."""
    return str(scope["path"]).removeprefix(scope.get("root_path", ""))


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


async def refuse(scope: Scope, receive: Receive, send: Send, forbidden: Forbidden) -> None:
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
            *forbidden.headers,
        ],
    }
    await send(start)
    await send({"type": f"{kind}.response.body", "body": body})
