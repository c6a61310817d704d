"""Which services are shown, and at which origin each is: `http://p8000-<lesson>.localhost:<port>`.

Browsers resolve every name below `localhost` to this machine and keep each apart: another host is another origin,
with cookies and storage of its own. A port of 127.0.0.1 for each service would share cookies with the player's host.
In a classroom, the names lie below a domain whose wildcard DNS leads to the Hub's proxy, and tell the learner's server:
`https://p8000-<lesson>-<server>.previews.school.example`. A path of the player's origin would not do: what is served
there could use the player.
"""

import re
import secrets
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from handrail.markdown.placeholders import substitute
from handrail.runtime.host import FIRST_HOST, Runtime
from handrail.runtime.hosts import real_name
from handrail.scenario.reader import Dashboard, Scenario
from handrail.server.errors import RequestError

ENTER = "/.handrail/enter"
TICKET_LASTS = 60.0  # seconds from the click to the frame that it opens
MOST_PREVIEWS = 24  # open at once in one lesson
MOST_TICKETS = 200
MOST_VISITORS = 100  # browsers signed in to one preview; the oldest make room
MOST_FRAMING = 8  # addresses under which a classroom's learner has used the page
LONGEST_PATH = 2000  # characters
LARGEST_MESSAGE = 16 << 20  # bytes of one WebSocket message
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
# What a browser takes for a path on the same host, and no header can be cut by.
_PATH = re.compile(r"/(?![/\\])[!-~]*")


@dataclass
class Preview:
    """One service. `id` is its name in the page and in its host name. `listening` is None as long as nobody has
    looked; `is_anothers`: what listens is the program of another user of this machine. `visitors` are the sessions of
    the player by the value of the cookie that their browser has for this service. With `href`, it is a page of the web,
    which is linked and not shown."""

    id: str
    name: str
    host: str
    port: int
    path: str
    runtime: Runtime = field(repr=False)
    href: str = ""
    listening: bool | None = None
    is_anothers: bool = False
    scheme: str = "http"
    visitors: dict[str, str] = field(default_factory=dict, repr=False)

    @property
    def address(self) -> tuple[str, int]:
        """Where the service is reached from here: an IP address and a port."""
        return self.runtime.address(self.host, self.port)

    @property
    def places(self) -> list[str]:
        """IP addresses to try: some servers listen on IPv6's loopback alone."""
        host = self.address[0]
        return [host, "::1"] if host == "127.0.0.1" else [host]

    def as_json(self) -> dict[str, Any]:
        """What the page knows of it."""
        wanted = ("id", "name", "host", "port", "path", "href", "listening")
        return {**{name: getattr(self, name) for name in wanted}, "anothers": self.is_anothers}

    def sign_in(self, session: str) -> str:
        """The value of the cookie for a session of the player's, which has one for each service."""
        for value, known in self.visitors.items():
            if known == session:
                return value
        value = secrets.token_urlsafe(32)
        self.visitors[value] = session
        while len(self.visitors) > MOST_VISITORS:
            del self.visitors[next(iter(self.visitors))]
        return value


class Previews:
    """Those of one lesson, whose `key` is part of their host names."""

    def __init__(self, key: str, runtime: Runtime, origins: "Origins") -> None:
        self.key = key
        self._runtime = runtime
        self._origins = origins
        self.open_ones: dict[str, Preview] = {}

    def start(self, scenario: Scenario) -> None:
        """Opens what the scenario's index names."""
        self.open_ones.clear()
        for number, board in enumerate(dashboards(scenario), 1):
            href = substitute(board.href or "", self._runtime.placeholders(inside=False))
            try:
                if board.port:
                    self.open(board.port, board.host or FIRST_HOST, name=board.name)
                elif href:
                    self._open_address(f"web{number}", href, board.name)
            except RequestError:
                continue  # a port that cannot be: the linter says so

    def open(self, port: object, host: object = None, path: object = "/", name: object = "") -> Preview:
        """Shows a service; one that is shown already is the same. Without a host, `port` is one of this machine, as in
        the links of a page. Raises RequestError."""
        if not isinstance(port, int) or isinstance(port, bool) or not 0 < port < 65536:
            raise RequestError(400, "A port is a number from 1 to 65535.")
        if self._origins.refusal:
            raise RequestError(409, self._origins.refusal.format(port=port))
        place, number = (real_name(host), port) if isinstance(host, str) and host else self._runtime.behind(port)
        if self._runtime.address(place, number) in {("127.0.0.1", own) for own in self._origins.own_ports}:
            raise RequestError(400, f"Port {port} is handrail's own: this page, not a service of the lesson.")
        word = re.sub(r"[^a-z0-9]", "", place.lower())
        identity = f"p{number}" if place == FIRST_HOST else f"p{number}-{word}"
        if identity not in self.open_ones:
            if len(self.open_ones) >= MOST_PREVIEWS:
                raise RequestError(409, f"{MOST_PREVIEWS} previews are open. Close one of them first.")
            label = name if isinstance(name, str) and name else f"Port {number}"
            at = path_of(path)
            self.open_ones[identity] = Preview(identity, label[:60], place, number, at, self._runtime)
        return self.open_ones[identity]

    def _open_address(self, identity: str, href: str, name: str) -> None:
        parts = urlsplit(href)
        if parts.hostname in LOOPBACK and parts.port:
            self.open(parts.port, path=parts._replace(scheme="", netloc="").geturl() or "/", name=name)
        elif parts.scheme in ("http", "https"):
            self.open_ones[identity] = Preview(identity, name, "", 0, "", self._runtime, href=href)

    def close(self, identity: str) -> None:
        """Shows it no longer: its origin is gone, too. Raises RequestError."""
        self.get(identity)
        del self.open_ones[identity]

    def end(self) -> None:
        """Shows none any more, for the lesson has been closed."""
        self.open_ones.clear()
        self._origins.remove(self)

    def as_json(self) -> dict[str, Any]:
        """For the page. `elsewhere`: the services' own addresses mean another machine to the learner's browser."""
        previews = [each.as_json() for each in self.open_ones.values()]
        return {"previews": previews, "elsewhere": self._origins.is_shared or bool(self._origins.refusal)}

    def get(self, identity: str) -> Preview:
        """Raises RequestError."""
        if identity not in self.open_ones:
            raise RequestError(404, "There is no such preview. It may have been closed in another window.")
        return self.open_ones[identity]

    def ticket(self, identity: str, path: object, session: str, page: str) -> str:
        """An address that signs a frame or a tab in, once, and leads it to the path. `session`: of the player's, for
        which it is, "" where there are none; `page`: the origin of the page that asks. Raises RequestError."""
        preview = self.get(identity)
        if preview.href:
            raise RequestError(400, "This is a page of the web. Open its link.")
        return self._origins.ticket(f"{preview.id}-{self.key}", path_of(path), session, page)

    async def look(self, *, all_of_them: bool) -> bool:
        """Looks on which of them something listens, at least on those where nothing did. Whether that has changed."""
        wanted = [each for each in self.open_ones.values() if each.port and (all_of_them or not each.listening)]
        changed = False
        for host in {each.host for each in wanted}:
            ports = await self._runtime.open_ports(host)
            own = await self._runtime.open_ports(host, own=True) if self._origins.is_shared else ports
            for each in (each for each in wanted if each.host == host):
                # Where nobody can tell, the frame is shown, and says itself when there is nothing.
                is_there = own is None or each.port in own
                is_anothers = not is_there and ports is not None and each.port in ports
                changed |= (is_there, is_anothers) != (each.listening, each.is_anothers)
                each.listening, each.is_anothers = is_there, is_anothers
        return changed


def dashboards(scenario: Scenario) -> Iterable[Dashboard]:
    """The tabs that the index asks for: its dashboards, and what `backend.port` or `url` names."""
    environment = scenario.raw.get("environment")
    if isinstance(environment, dict) and environment.get("showdashboard") in (True, "true"):
        yield from scenario.dashboards
    if scenario.port or scenario.url:
        yield Dashboard("Preview", scenario.port, scenario.url, None)


def path_of(given: object) -> str:
    """The path, as it may stand in a header. Raises RequestError."""
    path = given if isinstance(given, str) and given else "/"
    if len(path) > LONGEST_PATH or not _PATH.fullmatch(path):
        raise RequestError(400, "A path begins with one slash and has no blanks, like /docs or /search?q=iris.")
    return path


@dataclass(frozen=True)
class Domain:
    """Below which host name the origins lie. `name` has the port, as a browser's Host header does. `server` tells one
    learner's server from the others of a classroom; "" for a player of one's own."""

    scheme: str
    name: str
    server: str = ""


async def always(session: str) -> bool:
    """A player of one's own has no sessions: whoever holds its token is in."""
    return True


class Origins:
    """The origins of one process. `port` is their listener's, `player` the page's. `is_signed_in`: whether a session of
    the player's still counts. `is_shared`: others are on the same network or machine, so that what their browsers say
    of themselves counts for nothing, and what they serve is not shown. `refusal`: why there are none, and what to do,
    with `{port}` in it."""

    def __init__(
        self, port: int, player: int, token: str, *, domain: Domain | None = None, refusal: str = "",
        is_signed_in: Callable[[str], Awaitable[bool]] = always,
    ) -> None:  # fmt: skip
        self.domain = domain or Domain("http", f"localhost:{port}")
        self.is_shared = bool(self.domain.server)
        self.own_ports = frozenset({port, player})
        self.token = token
        self.refusal = refusal
        self.is_signed_in = is_signed_in
        self._suffix = (f"-{self.domain.server}" if self.is_shared else "") + f".{self.domain.name}"
        self._framing = [] if self.is_shared else [f"http://127.0.0.1:{player}", f"http://localhost:{player}"]
        self._lessons: dict[str, Previews] = {}
        self._tickets: dict[str, tuple[str, str, str, float]] = {}

    @property
    def pattern(self) -> str:
        """All of them, as a Content-Security-Policy has it."""
        return "'none'" if self.refusal else f"{self.domain.scheme}://*.{self.domain.name}"

    @property
    def frames(self) -> str:
        """Who may frame them, as a Content-Security-Policy has it."""
        return " ".join(self._framing) or "'none'"

    def of(self, host: str) -> str:
        """The origin at a host name."""
        return f"{self.domain.scheme}://{host}"

    def add(self, key: str, runtime: Runtime) -> Previews:
        """The previews of a lesson."""
        self._lessons[key] = Previews(key, runtime, self)
        return self._lessons[key]

    def remove(self, previews: Previews) -> None:
        """Forgets a lesson that has ended, unless it has begun anew."""
        if self._lessons.get(previews.key) is previews:
            del self._lessons[previews.key]

    def find(self, host: str) -> Preview | None:
        """The service whose host name and port this is, exactly; None when it is not shown."""
        label = host.removesuffix(self._suffix)
        identity, _, key = label.rpartition("-")
        lesson = self._lessons.get(key)
        preview = lesson.open_ones.get(identity) if lesson and label != host else None
        return preview if preview and preview.port else None

    def ticket(self, label: str, path: str, session: str, page: str) -> str:
        """Remembers a ticket, and forgets those that are too old."""
        now = time.monotonic()
        fresh = [(name, kept) for name, kept in self._tickets.items() if kept[3] > now]
        self._tickets = dict(fresh[-MOST_TICKETS:])
        name = secrets.token_urlsafe(32)
        host = label + self._suffix
        self._tickets[name] = (host, path, session, now + TICKET_LASTS)
        if self.is_shared and page:
            # A classroom is known by more than one address; the guard has admitted the page at this one.
            self._framing = [*(each for each in self._framing if each != page), page][-MOST_FRAMING:]
        return f"{self.of(host)}{ENTER}?ticket={name}"

    def ticket_for(self, host: str, path: str, session: str) -> str:
        """The same for a host name that is known already. Raises RequestError."""
        if self.find(host) is None:
            raise RequestError(404, "There is no such preview. Open it from your lesson.")
        return self.ticket(host.removesuffix(self._suffix), path_of(path), session, "")

    @property
    def page(self) -> str:
        """The origin of the page that asked for a ticket last; "" for none."""
        return self._framing[-1] if self._framing else ""

    def redeem(self, name: str, host: str) -> tuple[str, str] | None:
        """The path to which a ticket of this host leads, once, and the session that it is for."""
        wanted, path, session, until = self._tickets.pop(name, ("", "", "", 0.0))
        return (path, session) if wanted == host and until > time.monotonic() else None
