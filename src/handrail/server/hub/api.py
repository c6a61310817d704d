"""The requests to the Hub and its board: a token for a code, whose a token is, that somebody works, and how far."""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from handrail.errors import HandrailError
from handrail.server.hub.settings import Settings

if TYPE_CHECKING:
    import httpcore

WITHIN = 10.0  # seconds for each part of a request


class HubSilent(HandrailError):
    """The Hub did not answer, or not with sense: it may be starting again."""


class HubRefused(HandrailError):
    """The Hub said no."""


@dataclass(frozen=True)
class User:
    """Somebody whom the Hub knows; `may_enter`: its scopes allow this server."""

    name: str
    may_enter: bool


class HubApi:
    """Asks as this server."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._pool: httpcore.AsyncConnectionPool | None = None

    async def token(self, code: str, verifier: str) -> str:
        """The token of whoever came back from the Hub with this code. Raises HubRefused, HubSilent."""
        form = {
            "client_id": self._settings.client, "client_secret": self._settings.token, "code": code,
            "grant_type": "authorization_code", "redirect_uri": self._settings.callback, "code_verifier": verifier,
        }  # fmt: skip
        fields = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = await self._ask("POST", f"{self._settings.api}/oauth2/token", fields, urlencode(form).encode())
        if not isinstance(answer.get("access_token"), str):
            raise HubSilent("The Hub gave no token.")
        return str(answer["access_token"])

    async def user(self, token: str) -> User:
        """Whose the token is. Raises HubRefused when it counts no longer, HubSilent."""
        answer = await self._ask("GET", f"{self._settings.api}/user", {"Authorization": f"token {token}"})
        scopes = answer.get("scopes")
        may_enter = isinstance(scopes, list) and not self._settings.scopes.isdisjoint(scopes)
        return User(str(answer.get("name")), may_enter)

    async def claims(self, learner: str) -> dict[str, Any]:
        """What the Hub keeps of the learner's sign-in; nothing where it keeps none, or does not tell this service.
        Raises HubRefused, HubSilent."""
        address = f"{self._settings.api}/users/{quote(learner, safe='')}"
        answer = await self._ask("GET", address, {"Authorization": f"token {self._settings.token}"})
        kept = answer.get("auth_state")
        return kept if isinstance(kept, dict) else {}

    async def active(self, when: str) -> None:
        """Tells that somebody worked here at this time (ISO 8601, UTC). Raises HubRefused, HubSilent."""
        told = {"servers": {self._settings.server: {"last_activity": when}}, "last_activity": when}
        fields = {"Authorization": f"token {self._settings.token}", "Content-Type": "application/json"}
        await self._ask("POST", self._settings.activity, fields, json.dumps(told).encode())

    async def report(self, report: dict[str, Any]) -> None:
        """Tells the board, as the learner whose server this is. Raises HubRefused, HubSilent."""
        fields = {"Authorization": f"token {self._settings.token}", "Content-Type": "application/json"}
        address = f"{self._settings.board.rstrip('/')}/api/report"
        await self._ask("POST", address, fields, json.dumps(report).encode())

    async def close(self) -> None:
        """Ends its connections."""
        if self._pool is not None:
            await self._pool.aclose()
            self._pool = None

    async def _ask(self, method: str, url: str, fields: dict[str, str], body: bytes = b"") -> dict[str, Any]:
        import httpcore  # not before the first one

        if self._pool is None:
            self._pool = httpcore.AsyncConnectionPool(max_connections=10)
        timeouts = {"connect": WITHIN, "read": WITHIN, "write": WITHIN, "pool": WITHIN}
        sent = {"User-Agent": "handrail"} | fields
        try:
            response = await self._pool.request(
                method, url, headers=list(sent.items()), content=body, extensions={"timeout": timeouts}
            )
        except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException) as error:
            raise HubSilent(f"The Hub does not answer: {error}") from None
        if 400 <= response.status < 500 and response.status != 429:
            raise HubRefused(f"The Hub refuses: status {response.status}.")
        if response.status >= 300:
            raise HubSilent(f"The Hub answers with status {response.status}.")
        try:
            answer = json.loads(response.content or b"{}")
        except ValueError:
            answer = None
        if not isinstance(answer, dict):
            raise HubSilent("The Hub does not answer with an object.")
        return answer
