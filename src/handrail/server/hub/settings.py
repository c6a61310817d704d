"""What JupyterHub tells a single-user server that it starts: the environment variables of its spawners.

Documented in JupyterHub's reference under "Services: environment variables" and in `Spawner.get_env`.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

from handrail.server.errors import Unusable

# Every variable of the Hub's, and for it, begins so; none is for a lesson.
PREFIXES = ("JUPYTERHUB_", "JPY_", "HANDRAIL_BOARD", "HANDRAIL_PREVIEWS")
# Where the instructor's board is, as a server here reaches it; the configuration of the Hub may say so.
BOARD = "HANDRAIL_BOARD_URL"
# Whether the board sends grades to a learning platform, which learners are told before they share: 1 or nothing.
GRADES = "HANDRAIL_BOARD_GRADES"
# The origins of previews, as browsers have them: "https://*.previews.school.example".
PREVIEWS = "HANDRAIL_PREVIEWS"
_ORIGINS = re.compile(r"(https?)://\*\.([a-z0-9-]+(?:\.[a-z0-9-]+)*)(?::(\d{1,5}))?")
TELL_EVERY = 60.0  # seconds between two words to the Hub about activity; the Hub may say another time
_NEEDED = (
    "JUPYTERHUB_API_TOKEN", "JUPYTERHUB_API_URL", "JUPYTERHUB_CLIENT_ID", "JUPYTERHUB_SERVICE_PREFIX",
    "JUPYTERHUB_SERVICE_URL", "JUPYTERHUB_OAUTH_ACCESS_SCOPES",
)  # fmt: skip


@dataclass(frozen=True)
class Settings:
    """`prefix` is the path of this server behind the proxy, as in an address, with a slash at both ends; `listen` the
    address where the proxy finds it. `public`: its origin in a browser, "" where the Hub does not know it.
    `board`: where the instructor's board is, "" for none; `grades`: whether it sends them on. `previews`: the origins
    of previews, with `*` for the first part of their host names; "" for none."""

    token: str = field(repr=False)
    api: str
    client: str
    user: str
    server: str
    prefix: str
    listen: str
    scopes: frozenset[str]
    authorize: str
    callback: str
    activity: str
    home: str
    public: str
    tell_every: float
    board: str
    grades: bool
    previews: str

    @property
    def base(self) -> str:
        """The prefix as the path of a request has it: without escapes."""
        return unquote(self.prefix)

    @property
    def place(self) -> tuple[str, int]:
        """The IP address and the port to listen on."""
        parts = urlsplit(self.listen)
        return parts.hostname or "", parts.port or 80

    def as_json(self) -> str:
        return json.dumps({**asdict(self), "scopes": sorted(self.scopes)})


def from_json(text: str) -> Settings:
    """The settings that `as_json` wrote."""
    told: dict[str, Any] = json.loads(text)
    return Settings(**{**told, "scopes": frozenset(told["scopes"])})


def from_environment(environment: Mapping[str, str]) -> Settings:
    """Raises Unusable when this is no server that a Hub has started."""
    missing = [name for name in _NEEDED if not environment.get(name)]
    if missing:
        raise Unusable(
            f"{missing[0]} is not set: JupyterHub starts this command and says so who may use it. To play on your own "
            "machine, type: handrail play"
        )
    api = environment["JUPYTERHUB_API_URL"].rstrip("/")
    # A service of the Hub is nobody's.
    user = environment.get("JUPYTERHUB_USER", "")
    host = environment.get("JUPYTERHUB_HOST", "").rstrip("/")
    hub = environment.get("JUPYTERHUB_PUBLIC_HUB_URL") or host + environment.get("JUPYTERHUB_BASE_URL", "/") + "hub/"
    prefix = environment["JUPYTERHUB_SERVICE_PREFIX"].rstrip("/") + "/"
    public = environment.get("JUPYTERHUB_PUBLIC_URL") or ""
    return Settings(
        token=environment["JUPYTERHUB_API_TOKEN"],
        api=api,
        client=environment["JUPYTERHUB_CLIENT_ID"],
        user=user,
        server=environment.get("JUPYTERHUB_SERVER_NAME", ""),
        prefix=prefix,
        listen=environment["JUPYTERHUB_SERVICE_URL"],
        scopes=frozenset(json.loads(environment["JUPYTERHUB_OAUTH_ACCESS_SCOPES"])),
        authorize=f"{hub.rstrip('/')}/api/oauth2/authorize",
        callback=environment.get("JUPYTERHUB_OAUTH_CALLBACK_URL") or f"{prefix}oauth_callback",
        activity=environment.get("JUPYTERHUB_ACTIVITY_URL") or f"{api}/users/{user}/activity",
        home=f"{hub.rstrip('/')}/home",
        public="{0.scheme}://{0.netloc}".format(urlsplit(public)) if public else "",
        tell_every=float(environment.get("JUPYTERHUB_ACTIVITY_INTERVAL") or TELL_EVERY),
        board=environment.get(BOARD, ""),
        grades=environment.get(GRADES) == "1",
        previews=previews_from(environment.get(PREVIEWS, ""), host),
    )


def previews_from(told: str, hub: str) -> str:
    """The origins of previews as they stand in a Host header, below none of the Hub's own names. Raises Unusable."""
    if not told:
        return ""
    found = _ORIGINS.fullmatch(told.lower().rstrip("/"))
    if found is None:
        raise Unusable(f"{PREVIEWS} is {told}. It has to be like https://*.previews.school.example")
    scheme, name, port = found.groups()
    if scheme == "http" and name.rpartition(".")[2] != "localhost":
        raise Unusable(
            f"{PREVIEWS} is {told}. Browsers sign in to a preview by TLS alone: it has to begin with https://"
        )
    owner = urlsplit(hub).hostname or ""
    if owner and f".{name}".endswith(f".{owner}"):
        raise Unusable(
            f"{PREVIEWS} is {told}, below the Hub's own name, {owner}, whose cookies browsers send to each name below "
            "it. Give previews a domain of their own."
        )
    is_usual = port in (None, "443" if scheme == "https" else "80")
    return f"{scheme}://*.{name}" + ("" if is_usual else f":{port}")
