"""Who may talk to a player behind JupyterHub's proxy.

Its page may be opened by whoever the Hub says may use this server: a browser that comes without a session is led to the
Hub and back. Everything but `/static/*` needs that session, a cookie below this server's path which no script can read.
A cookie goes along by itself, so what another site has a browser do is told apart by Origin and Sec-Fetch-Site: a
WebSocket and whatever changes anything must come from our own page. Our origin is the one that the Hub names; where it
names none, the one that the browser asked, which the Host header has: a name that somebody rebinds gets no cookie.
"""

import hmac
from html import escape
from urllib.parse import parse_qs

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from handrail.server.errors import RequestError
from handrail.server.guard import READING, Forbidden, Guard, header
from handrail.server.hub.activity import Activity
from handrail.server.hub.api import HubRefused, HubSilent
from handrail.server.hub.settings import Settings
from handrail.server.hub.sign_ins import NotAllowed, SignIns
from handrail.server.plain_page import is_navigation, plain_page
from handrail.server.preview.registry import Origins
from handrail.server.serve import LARGEST_FRAME

SESSION = "handrail-session"
STATE = "handrail-state-"
STATE_LASTS = 600  # seconds
TOO_LARGE = 1009
TO_PREVIEW = "preview"  # the path by which a tab at a preview's address is signed in


class HubGuard(Guard):
    """Admits those who have signed in with the Hub."""

    def __init__(
        self, app: ASGIApp, *, settings: Settings, sign_ins: SignIns, activity: Activity, origins: Origins | None = None
    ) -> None:  # fmt: skip
        super().__init__(app, frames=origins.pattern if origins else "'none'")
        self.origins = origins
        self.settings = settings
        self.sign_ins = sign_ins
        self.activity = activity

    async def admit(self, scope: Scope) -> Scope:
        """Raises Forbidden unless the request may reach a route; the way to the Hub and back is one of its answers."""
        base = self.settings.base
        if scope["path"] == base.rstrip("/"):
            raise Forbidden(302, "This page is one slash further.", [(b"location", self.settings.prefix.encode())])
        if not scope["path"].startswith(base):
            raise Forbidden(404, f"Nothing is here. Your lesson is at {self.settings.prefix}")
        path = scope["path"][len(base) - 1 :]
        inner: Scope = {**scope, "root_path": base[:-1]}
        is_socket = scope["type"] == "websocket"
        is_reading = not is_socket and scope["method"] in READING
        if is_reading and path.startswith("/static/"):
            return inner
        if is_reading and path == "/oauth_callback":
            await self.come_back(scope)
        is_shown = is_reading and path in ("/", f"/{TO_PREVIEW}") and is_document(scope)
        self.check_origin(scope, must_have=not is_reading, may_come_from_elsewhere=is_shown)
        session = await self.session(scope)
        if not session and is_shown:
            self.lead_to_the_hub(scope)
        if not session:
            raise Forbidden(401, "You are not signed in any more. Load this page again to sign in.")
        if is_shown and path == f"/{TO_PREVIEW}":
            self.lead_to_preview(scope, session)
        if not is_socket:
            self.activity.note_request(scope["method"], path)
        return {**inner, "handrail.session": session}

    def check_origin(self, scope: Scope, *, must_have: bool, may_come_from_elsewhere: bool) -> None:
        """Raises Forbidden for what another site has the browser do."""
        origins = header(scope, b"origin")
        if (must_have or origins) and (len(origins) != 1 or not self.is_ours(origins[0].decode("latin-1"), scope)):
            raise Forbidden(403, "The request comes from another site.")
        site = header(scope, b"sec-fetch-site")
        if site and site[0] not in (b"same-origin", b"none") and not may_come_from_elsewhere:
            raise Forbidden(403, "The request comes from another site.")

    def is_ours(self, origin: str, scope: Scope) -> bool:
        """Whether the origin is that of our page."""
        if self.settings.public:
            return hmac.compare_digest(origin.lower().encode(), self.settings.public.lower().encode())
        hosts = header(scope, b"host")
        ours = [scheme + hosts[0].lower() for scheme in (b"http://", b"https://")] if len(hosts) == 1 else []
        return origin.lower().encode() in ours

    async def session(self, scope: Scope) -> str:
        """The name of the session that the request carries; "" for none that counts."""
        for name, value in cookies(scope):
            # A server below this one's path has a cookie of the same name.
            if name == SESSION and await self.sign_ins.is_signed_in(value):
                return value
        return ""

    def lead_to_the_hub(self, scope: Scope) -> None:
        """Raises the answer that begins to sign in."""
        state, address = self.sign_ins.begin()
        kept = self.cookie(scope, STATE + state[:8], state, f"; Max-Age={STATE_LASTS}")
        raise Forbidden(302, "Sign in first.", [(b"location", address.encode()), kept])

    def lead_to_preview(self, scope: Scope, session: str) -> None:
        """Raises the answer to a tab that was opened at a preview's address and is sent here to be signed in."""
        query = parse_qs(scope["query_string"].decode("latin-1"))
        host, path = (query.get(name, [""])[0] for name in ("at", "path"))
        try:
            address = self.origins.ticket_for(host, path, session) if self.origins else ""
        except RequestError as error:
            raise Forbidden(error.status, str(error)) from None
        if not address:
            raise Forbidden(404, "This classroom shows no previews.")
        raise Forbidden(302, "Your preview is one click further.", [(b"location", address.encode())])

    async def come_back(self, scope: Scope) -> None:
        """Raises the answer to a browser that the Hub has sent back."""
        query = parse_qs(scope["query_string"].decode("latin-1"))
        state, code = (query.get(name, [""])[0] for name in ("state", "code"))
        name = STATE + state[:8]
        begun = [value for found, value in cookies(scope) if found == name]
        again = [(b"location", self.settings.prefix.encode())]
        if not state or not any(hmac.compare_digest(value.encode(), state.encode()) for value in begun):
            raise Forbidden(403, "This sign-in was not begun in this browser, or too long ago.")
        try:
            session = await self.sign_ins.finish(state, code)
        except NotAllowed as wrong:
            raise Forbidden(
                403, f"You are signed in as {wrong.user}, and this is {self.settings.user}'s lesson. Yours is one "
                "click further, on the Hub's own page.",
            ) from None  # fmt: skip
        except HubRefused:
            raise Forbidden(403, "The Hub does not accept this sign-in. Try it again.") from None
        except HubSilent:
            raise Forbidden(503, "The Hub does not answer now. Wait a moment, then try again.") from None
        forgotten = self.cookie(scope, name, "", "; Max-Age=0")
        if session is None:
            raise Forbidden(403, "This sign-in was not begun in this browser, or too long ago.", [forgotten])
        raise Forbidden(302, "You are signed in.", [*again, forgotten, self.cookie(scope, SESSION, session)])

    def cookie(self, scope: Scope, name: str, value: str, more: str = "") -> tuple[bytes, bytes]:
        """A cookie for this server alone; Lax, or it would not come along from the page of another sign-in service."""
        secure = "; Secure" if is_encrypted(scope, self.settings.public) else ""
        text = f"{name}={value}; Path={self.settings.prefix}; HttpOnly; SameSite=Lax{secure}{more}"
        return b"set-cookie", text.encode()

    async def serve_socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes on until either end closes it, or its session counts no longer."""
        is_terminal = scope["path"].endswith("/socket")

        async def noting() -> Message:
            message = await receive()
            if message["type"] == "websocket.receive":
                # The server lets longer ones through, for previews.
                if len(message.get("bytes") or message.get("text") or b"") > LARGEST_FRAME:
                    await send({"type": "websocket.close", "code": TOO_LARGE})
                    return {"type": "websocket.disconnect", "code": TOO_LARGE}
                if is_terminal and message.get("bytes"):
                    self.activity.note_typed(message["bytes"])
            return message

        await self.sign_ins.serve_while_signed_in(scope["handrail.session"], self.app(scope, noting, send), send)

    async def refuse(self, scope: Scope, receive: Receive, send: Send, forbidden: Forbidden) -> None:
        """A sentence; for a person, on a small page that leads on."""
        if is_navigation(scope) and forbidden.status >= 400:
            ways = ((self.settings.prefix, "Try again"), (self.settings.home, "Go to the Hub's page"))
            links = [f'<a href="{escape(address)}">{words}</a>' for address, words in ways]
            page = plain_page(forbidden.status, forbidden.reason, "", links)
            page.raw_headers.extend(forbidden.headers)
            await page(scope, receive, send)
            return
        await super().refuse(scope, receive, send, forbidden)


def is_document(scope: Scope) -> bool:
    """Whether the browser, if it says so at all, will show the answer as a page, not in a frame nor to a script."""
    mode, kind = header(scope, b"sec-fetch-mode"), header(scope, b"sec-fetch-dest")
    return mode in ([], [b"navigate"]) and kind in ([], [b"document"])


def is_encrypted(scope: Scope, public: str) -> bool:
    """Whether the browser speaks TLS, to the Hub's proxy or to one before it."""
    if public:
        return public.startswith("https:")
    told = header(scope, b"x-forwarded-proto")
    return bool(told) and told[0].split(b",")[0].strip() == b"https"


def cookies(scope: Scope) -> list[tuple[str, str]]:
    """Names and values of the cookies of a request."""
    found = []
    for line in header(scope, b"cookie"):
        for pair in line.decode("latin-1").split(";"):
            name, _, value = pair.strip().partition("=")
            found.append((name, value))
    return found
