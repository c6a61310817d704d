"""Which services are shown, and at which origin each is: `http://p8000-<lesson>.localhost:<port>`.

Browsers resolve every name below `localhost` to this machine and keep each apart: another host is another origin,
with cookies and storage of its own. A port of 127.0.0.1 for each service would share cookies with the player's host.
"""

import re
import secrets
import time
from collections.abc import Iterable
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
LONGEST_PATH = 2000  # characters
LARGEST_MESSAGE = 16 << 20  # bytes of one WebSocket message
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
# What a browser takes for a path on the same host, and no header can be cut by.
_PATH = re.compile(r"/(?![/\\])[!-~]*")


@dataclass
class Preview:
    """One service. `id` is its name in the page and in its host name; `secret` the value of its cookie. `listening`
    is None as long as nobody has looked. With `href`, it is a page of the web, which is linked and not shown."""

    id: str
    name: str
    host: str
    port: int
    path: str
    runtime: Runtime = field(repr=False)
    href: str = ""
    listening: bool | None = None
    scheme: str = "http"
    secret: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)

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
        return {name: getattr(self, name) for name in wanted}


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

    def get(self, identity: str) -> Preview:
        """Raises RequestError."""
        if identity not in self.open_ones:
            raise RequestError(404, "There is no such preview. It may have been closed in another window.")
        return self.open_ones[identity]

    def ticket(self, identity: str, path: object) -> str:
        """An address that signs a frame or a tab in, once, and leads it to the path. Raises RequestError."""
        preview = self.get(identity)
        if preview.href:
            raise RequestError(400, "This is a page of the web. Open its link.")
        return self._origins.ticket(f"{preview.id}-{self.key}", path_of(path))

    async def look(self, *, all_of_them: bool) -> bool:
        """Looks on which of them something listens, at least on those where nothing did. Whether that has changed."""
        wanted = [each for each in self.open_ones.values() if each.port and (all_of_them or not each.listening)]
        changed = False
        for host in {each.host for each in wanted}:
            ports = await self._runtime.open_ports(host)
            for each in (each for each in wanted if each.host == host):
                # Where nobody can tell, the frame is shown, and says itself when there is nothing.
                now = ports is None or each.port in ports
                changed |= now != each.listening
                each.listening = now
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


class Origins:
    """The origins of one process. `port` is their listener's, `player` the page's, which alone may frame them.
    `refusal`: why there are none, and what to do, with `{port}` in it."""

    def __init__(self, port: int, player: int, token: str, refusal: str = "") -> None:
        self.port = port
        self.own_ports = frozenset({port, player})
        self.frames = f"http://127.0.0.1:{player} http://localhost:{player}"
        self.token = token
        self.refusal = refusal
        self._lessons: dict[str, Previews] = {}
        self._tickets: dict[str, tuple[str, str, float]] = {}

    @property
    def pattern(self) -> str:
        """All of them, as a Content-Security-Policy has it."""
        return f"http://*.localhost:{self.port}"

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
        label = host.removesuffix(f".localhost:{self.port}")
        identity, _, key = label.rpartition("-")
        lesson = self._lessons.get(key)
        preview = lesson.open_ones.get(identity) if lesson and label != host else None
        return preview if preview and preview.port else None

    def ticket(self, label: str, path: str) -> str:
        """Remembers a ticket, and forgets those that are too old."""
        now = time.monotonic()
        fresh = [(name, kept) for name, kept in self._tickets.items() if kept[2] > now]
        self._tickets = dict(fresh[-MOST_TICKETS:])
        name = secrets.token_urlsafe(32)
        host = f"{label}.localhost:{self.port}"
        self._tickets[name] = (host, path, now + TICKET_LASTS)
        return f"http://{host}{ENTER}?ticket={name}"

    def redeem(self, name: str, host: str) -> str | None:
        """The path to which a ticket of this host leads, once."""
        wanted, path, until = self._tickets.pop(name, ("", "", 0.0))
        return path if wanted == host and until > time.monotonic() else None
