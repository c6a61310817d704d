"""Who has signed in: OAuth 2.0 with the Hub (RFC 6749, 4.1) with state and PKCE (RFC 7636), and sessions by cookie.

A state is bound to the browser that began by a cookie of its own, and works once. A session asks the Hub again after a
while whether its token still counts: whoever signs out there is out here. While the Hub is silent, because it is being
started again, those who were in stay in.
"""

import asyncio
import base64
import hashlib
import secrets
import time
from collections import OrderedDict
from collections.abc import Awaitable
from dataclasses import dataclass, field
from urllib.parse import urlencode

from starlette.types import Send

from handrail.server.hub.api import HubApi, HubRefused, HubSilent
from handrail.server.hub.settings import Settings

KNOWN_FOR = 30.0  # seconds until the Hub is asked again
BEGUN_FOR = 600.0  # seconds from the way to the Hub until the way back
# Browsers at once; the oldest make room. Anybody can begin to sign in.
MOST_BEGUN = 1000
MOST_SESSIONS = 1000
SIGNED_OUT = 1008  # the code of a socket that is closed for it


class NotAllowed(Exception):
    """Somebody is signed in to the Hub, and this is not their server."""

    def __init__(self, user: str) -> None:
        super().__init__(user)
        self.user = user


@dataclass
class Session:
    """A browser that has signed in with a token of the Hub's. `until`: monotonic time when it is asked for again."""

    token: str = field(repr=False)
    user: str
    until: float
    turn: asyncio.Lock = field(default_factory=asyncio.Lock, repr=False)


class SignIns:
    """Those of one server."""

    def __init__(self, settings: Settings, api: HubApi, known_for: float = KNOWN_FOR) -> None:
        self._settings = settings
        self._api = api
        self.known_for = known_for
        self._begun: OrderedDict[str, tuple[str, float]] = OrderedDict()
        self._sessions: OrderedDict[str, Session] = OrderedDict()

    def begin(self) -> tuple[str, str]:
        """A state, and the address at the Hub that it is sent to."""
        state, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(48)
        self._begun[state] = (verifier, time.monotonic() + BEGUN_FOR)
        while len(self._begun) > MOST_BEGUN:
            self._begun.popitem(last=False)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        asked = {
            "client_id": self._settings.client, "redirect_uri": self._settings.callback, "response_type": "code",
            "state": state, "code_challenge": challenge, "code_challenge_method": "S256",
        }  # fmt: skip
        return state, f"{self._settings.authorize}?{urlencode(asked)}"

    async def finish(self, state: str, code: str) -> str | None:
        """The name of a new session; None for a state that was not begun here, or too long ago.

        Raises NotAllowed, HubRefused, HubSilent.
        """
        verifier, until = self._begun.pop(state, ("", 0.0))
        if time.monotonic() >= until:
            return None
        token = await self._api.token(code, verifier)
        user = await self._api.user(token)
        if not user.may_enter:
            raise NotAllowed(user.name)
        name = secrets.token_urlsafe(32)
        self._sessions[name] = Session(token, user.name, time.monotonic() + self.known_for)
        while len(self._sessions) > MOST_SESSIONS:
            self._sessions.popitem(last=False)
        return name

    async def is_signed_in(self, name: str) -> bool:
        """Whether there is such a session and, as far as the Hub has said lately, it still counts."""
        session = self._sessions.get(name)
        if session is None:
            return False
        async with session.turn:
            if time.monotonic() >= session.until:
                try:
                    if not (await self._api.user(session.token)).may_enter:
                        raise HubRefused("The server is another one's now.")
                except HubRefused:
                    self._sessions.pop(name, None)
                except HubSilent:
                    pass
                session.until = time.monotonic() + self.known_for
        return name in self._sessions

    async def serve_while_signed_in(self, name: str, socket: Awaitable[None], send: Send) -> None:
        """Serves a WebSocket until it ends, or the session counts no longer."""
        serving = asyncio.ensure_future(socket)
        try:
            while not serving.done():
                await asyncio.wait({serving}, timeout=self.known_for)
                if not serving.done() and not await self.is_signed_in(name):
                    serving.cancel()
                    await asyncio.gather(serving, return_exceptions=True)
                    await send({"type": "websocket.close", "code": SIGNED_OUT})
                    return
            serving.result()
        finally:
            serving.cancel()
            await asyncio.gather(serving, return_exceptions=True)
