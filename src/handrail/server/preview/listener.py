"""The outermost layer of the previews' own port: who may see a service, decided before anything reaches it.

The host name must be that of a service which is shown now: it names the lesson and the port, and a name that somebody
rebinds is none of ours. A frame or tab is signed in by a ticket that the player's page fetches with its token; the
ticket works once and is exchanged for a cookie that only this origin gets and no script can read. So another page that
is open in the browser has no way to a service through here, and another user of the machine none that they have not
already: services listen on 127.0.0.1, which all users of a machine share. In a classroom, `hub.previews` adds what
holds on a network.

The cookie is for a frame in a page of another site (SameSite=None), which browsers grant to Secure cookies only (they
trust localhost without TLS) and keep apart for each page with frames (Partitioned). So a tab that a page in the frame
opens has no cookie: it is signed in because the browser says that a page of the same origin opens it. On a network,
where anybody may say so, it is not.
"""

from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from handrail.server.guard import header
from handrail.server.plain_page import is_navigation
from handrail.server.preview import answers
from handrail.server.preview.headers import cookie, cookie_name
from handrail.server.preview.registry import ENTER, Origins, Preview

if TYPE_CHECKING:
    from handrail.server.preview.requests import Requests


class Refused(Exception):
    """A request that reaches no service: a status, a title and a sentence; or another `address` to go to."""

    def __init__(self, status: int, title: str, sentence: str, address: str = "") -> None:
        super().__init__(sentence)
        self.status = status
        self.title = title
        self.address = address


class Listener:
    """The ASGI app of the previews' port."""

    def __init__(self, origins: Origins) -> None:
        self.origins = origins
        self.requests: Requests | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            host, preview = self.named(scope)
            if scope["type"] == "http" and scope["path"] == ENTER:
                await self.enter(scope, host, preview)(scope, receive, send)
                return
            session = await self.session(scope, preview)
            self.admit(scope, host, is_signed_in=session is not None)
        except Refused as refused:
            response = answers.answer(scope, self.origins.frames, refused.status, refused.title, str(refused))
            if refused.address:
                response.headers["location"] = refused.address
            await deny(response, scope, receive, send)
            return
        if session is None:
            send = with_cookie(send, cookie(self.origins.domain.scheme, preview.sign_in("")))
        await self.serve(host, preview, session or "", scope, receive, send)

    async def serve(
        self, host: str, preview: Preview, session: str, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Passes on what was admitted."""
        # What speaks to services is not loaded before there is one: the page is to be there quickly.
        from handrail.server.preview import requests, sockets

        if scope["type"] == "http":
            self.requests = self.requests or requests.Requests(self.origins)
            await self.requests.pass_on(preview, host, scope, receive, send)
        else:
            await sockets.pass_on(preview, self.origins, host, scope, receive, send)

    def named(self, scope: Scope) -> tuple[str, Preview]:
        """The host name and the service that it stands for. Raises Refused."""
        hosts = header(scope, b"host")
        host = hosts[0].decode("latin-1").lower() if len(hosts) == 1 else ""
        preview = self.origins.find(host)
        if preview is None:
            sentence = "Open it from the lesson's page: it may have been closed, or belong to another lesson."
            raise Refused(421, "No preview is at this address", sentence)
        return host, preview

    def enter(self, scope: Scope, host: str, preview: Preview) -> Response:
        """Exchanges the ticket for the cookie, and leads to the path that the ticket was made for."""
        redeemed = self.origins.redeem(Request(scope).query_params.get("ticket", ""), host)
        if redeemed is None:
            sentence = "Its ticket has been used or is too old. Press Reload above it, on the lesson's page."
            raise Refused(401, "This preview is not signed in", sentence)
        path, session = redeemed
        response = Response(status_code=303, headers={"location": path, "cache-control": "no-store"})
        response.headers["set-cookie"] = cookie(self.origins.domain.scheme, preview.sign_in(session))
        response.headers["referrer-policy"] = "no-referrer"
        return response

    async def session(self, scope: Scope, preview: Preview) -> str | None:
        """The session of the player's, by the cookie for this service; None without one that counts."""
        name = f"{cookie_name(self.origins.domain.scheme)}="
        for line in header(scope, b"cookie"):
            for pair in line.decode("latin-1").split(";"):
                value = pair.strip()
                if not value.startswith(name):
                    continue
                session = preview.visitors.get(value.removeprefix(name))
                if session is not None and await self.origins.is_signed_in(session):
                    return session
        return None

    def admit(self, scope: Scope, host: str, *, is_signed_in: bool) -> None:
        """Raises Refused unless the request is from somebody signed in, and comes from the service's own page or shows
        one; a page of the service's own that is shown signs in by itself."""
        is_shown = is_navigation(scope) and scope["method"] in ("GET", "HEAD")
        site = header(scope, b"sec-fetch-site")
        is_own = site == [b"same-origin"]
        if not is_signed_in and (self.origins.is_shared or not (is_shown and is_own)):
            sentence = "On the lesson's page, press Reload or “Open in a browser tab” above it."
            raise Refused(401, "This preview is not signed in", sentence)
        origins = header(scope, b"origin")
        # A page that sends no referrer posts its own forms with the origin "null".
        allowed = [[self.origins.of(host).encode()], *([[b"null"]] if is_own else [])]
        if (origins or scope["type"] == "websocket") and origins not in allowed:
            raise Refused(403, "The request comes from another site", "Only the service's own pages may make it.")
        if site and site != [b"none"] and not is_own and not is_shown:
            raise Refused(403, "The request comes from another site", "Only the service's own pages may make it.")
        if header(scope, b"service-worker"):
            # It would outlive the lesson and stand between this listener and the next one at this address.
            raise Refused(403, "No service workers", "A preview keeps none: it is gone when the lesson ends.")


def with_cookie(send: Send, value: str) -> Send:
    """Signs in whoever gets the answer."""

    async def send_with_cookie(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message.get("headers", []), (b"set-cookie", value.encode())]}
        await send(message)

    return send_with_cookie


async def deny(response: Response, scope: Scope, receive: Receive, send: Send) -> None:
    """Answers a request; a WebSocket is refused before it opens."""
    if scope["type"] == "websocket":
        await receive()  # websocket.connect
        if "websocket.http.response" not in scope.get("extensions", {}):
            await send({"type": "websocket.close", "code": 1008})
            return
        kind = "websocket.http.response"
        await send({"type": f"{kind}.start", "status": response.status_code, "headers": response.raw_headers})
        await send({"type": f"{kind}.body", "body": response.body})
        return
    await response(scope, receive, send)
