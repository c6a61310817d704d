"""Previews in a classroom: the same listener, behind the Hub's proxy and on its network.

Each service has an origin of its own below a domain with wildcard DNS, `https://p8000-<lesson>-<server>.<domain>`,
which the proxy leads to this server (`deploy/classroom/preview_routes.cjs`). What is served there gets none of the
player's cookies, which are for the player's host alone, nor the Hub's; it cannot read the player's page, and what it
has the browser send there comes from another origin, which `HubGuard` refuses. A browser is signed in to one service by
a ticket that the player's page fetches, for as long as its session with the player counts.

Without such a domain there are no previews. At a path of the player's origin, what a service sends could use the
player; shut off from it by a sandbox, a page has no origin: no storage, and no answers from its own server.
"""

import hashlib
from urllib.parse import urlencode

from starlette.types import ASGIApp, Receive, Scope, Send

from handrail.server.guard import header
from handrail.server.hub.activity import Activity
from handrail.server.hub.guard import TO_PREVIEW, is_document
from handrail.server.hub.settings import Settings
from handrail.server.hub.sign_ins import SignIns
from handrail.server.preview.listener import Listener, Refused
from handrail.server.preview.registry import Domain, Origins, Preview

NO_PREVIEWS = (
    "This classroom shows no previews: your browser has no way to port {port} of the machine that your lesson runs on. "
    "Look at it in the terminal: curl http://127.0.0.1:{port}/"
)


def origins(settings: Settings, port: int, sign_ins: SignIns) -> Origins:
    """Those of this server, which listens on `port`."""
    if not settings.previews:
        return Origins(0, port, settings.token, refusal=NO_PREVIEWS)
    scheme, _, name = settings.previews.partition("://*.")
    # Names of users have characters that host names have not. The proxy's routes make the same of them.
    server = hashlib.sha256(f"{settings.user}/{settings.server}".encode()).hexdigest()[:20]
    domain = Domain(scheme, name, server)
    return Origins(0, port, settings.token, domain=domain, is_signed_in=sign_ins.is_signed_in)


class ByHost:
    """The outermost layer: host names of previews lead to their listener, all others to the player's guard."""

    def __init__(self, guard: ASGIApp, listener: ASGIApp, origins: Origins) -> None:
        self._guard = guard
        self._listener = listener
        self._below = f".{origins.domain.name}".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_preview = scope["type"] != "lifespan" and any(
            host.lower().endswith(self._below) for host in header(scope, b"host")
        )
        await (self._listener if is_preview else self._guard)(scope, receive, send)


class HubListener(Listener):
    """Ends a service's sockets with the session that opened them, and takes what is clicked there for work."""

    def __init__(self, origins: Origins, settings: Settings, sign_ins: SignIns, activity: Activity) -> None:
        super().__init__(origins)
        self._settings = settings
        self._sign_ins = sign_ins
        self._activity = activity

    def admit(self, scope: Scope, host: str, *, is_signed_in: bool) -> None:
        """A tab that somebody opens at the address, or a page of the service's own, goes by the player, which knows
        whether they are signed in. It comes back from another site, and is not sent there twice."""
        is_direct = header(scope, b"sec-fetch-site") in ([b"none"], [b"same-origin"])
        if not is_signed_in and is_direct and is_document(scope) and scope["method"] == "GET" and self.origins.page:
            query = b"?" + scope["query_string"] if scope["query_string"] else b""
            asked = urlencode({"at": host, "path": (scope["raw_path"] + query).decode("latin-1")})
            address = f"{self.origins.page}{self._settings.prefix}{TO_PREVIEW}?{asked}"
            raise Refused(303, "This preview is not signed in", "Your lesson signs it in.", address)
        super().admit(scope, host, is_signed_in=is_signed_in)

    async def serve(
        self, host: str, preview: Preview, session: str, scope: Scope, receive: Receive, send: Send
    ) -> None:  # fmt: skip
        passing = super().serve(host, preview, session, scope, receive, send)
        if scope["type"] == "websocket":
            await self._sign_ins.serve_while_signed_in(session, passing, send)
            return
        # What a page asks for by itself is nobody's work: it does so as long as it is open.
        if header(scope, b"sec-fetch-user") == [b"?1"]:
            self._activity.note()
        await passing
