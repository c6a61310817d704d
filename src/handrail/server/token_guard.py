"""Who may talk to a player on one's own machine.

Whoever does must name this server as Host (DNS rebinding), come from our own page if it is a browser (Origin,
Sec-Fetch-Site), and hold the session's token, which travels in the Authorization header or as a WebSocket subprotocol
and never in a URL. Only `/` and `/static/*` need no token. A tab whose token is not ours is told an opaque id of the
lesson, by which it sees that another one has taken its place.
"""

import hmac
from collections.abc import Iterable

from starlette.types import ASGIApp, Scope

from handrail.server.guard import READING, Forbidden, Guard, header

TOKEN_SUBPROTOCOL = "handrail.token."
LESSON_HEADER = b"handrail-lesson"


class TokenGuard(Guard):
    """`hosts` are the exact Host values (with port) that mean this server, `lesson` its lesson's id."""

    def __init__(
        self, app: ASGIApp, *, token: str, hosts: Iterable[str], lesson: str, frames: str = "'none'"
    ) -> None:  # fmt: skip
        super().__init__(app, frames=frames)
        self.token = token.encode()
        self.lesson = lesson.encode()
        self.hosts = frozenset(hosts)

    async def admit(self, scope: Scope) -> Scope:
        """Raises Forbidden unless the request may reach a route."""
        is_socket = scope["type"] == "websocket"
        hosts = header(scope, b"host")
        if len(hosts) != 1 or hosts[0].decode("latin-1").lower() not in self.hosts:
            raise Forbidden(421, "This address is not this player's. Open the address that handrail printed.")
        self.check_origin(scope, hosts[0].lower(), is_socket)
        is_public = scope["path"] == "/" or scope["path"].startswith("/static/")
        if is_socket or not is_public:
            self.check_token(scope, is_socket)
        elif scope["method"] not in READING:
            raise Forbidden(405, "Only reading is allowed here.")
        return scope

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
            reason = "This page is not signed in. Open the address that handrail printed."
            raise Forbidden(401, reason, [(LESSON_HEADER, self.lesson)])
