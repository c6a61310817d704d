"""What of a client's request goes on to the components: headers as Go writes them, and the trace."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import lru_cache

from .http_server import Request
from .rest_messages import Payload
from .tracing import SAMPLED, Span

# Not sent on: what belongs to one connection, and what the client writes itself.
_OWN = {
    "host", "content-length", "transfer-encoding", "trailer", "user-agent", "content-type", "connection",
    "keep-alive", "proxy-connection", "upgrade", "te", "expect", "uber-trace-id",
}  # fmt: skip


@lru_cache(maxsize=1024)
def canonical(name: str) -> str:
    """A header's name as Go writes it: each part between dashes with a capital."""
    return "-".join(part.capitalize() for part in name.split("-"))


@dataclass(slots=True)
class Forwarded:
    """What of a client's request goes on to every component."""

    user_agent: str
    headers: list[tuple[str, str]]
    asks_for_encoding: bool
    trace: str
    span: str
    parent: str
    flags: str

    @classmethod
    def of(cls, request: Request, puid: str, sample: bool) -> Forwarded:
        """`sample` decides about a trace that begins here; a caller's trace goes on as the caller decided."""
        headers = []
        user_agent, encoding, parent = "Go-http-client/1.1", False, ""
        for name, value in request.headers:
            if name not in _OWN:
                if name != "seldon-puid":
                    headers.append((canonical(name), value))
                encoding = encoding or name == "accept-encoding"
            elif name == "user-agent":
                user_agent = value
            elif name == "uber-trace-id":
                parent = value
        headers.append(("Seldon-Puid", puid))
        span = f"{random.getrandbits(64):016x}"
        parts = parent.replace("%3A", ":").split(":")  # trace, span, parent, flags
        if len(parts) == 4:
            return cls(user_agent, headers, encoding, parts[0].zfill(16), span, parts[1], parts[3])
        return cls(user_agent, headers, encoding, span, span, "0", "1" if sample else "0")

    def traced(self, name: str, span: str, parent: str, seconds: float) -> Span | None:
        """A span to report, or None when the trace is not sampled or has ids that are no numbers."""
        try:
            if not int(self.flags, 16) & SAMPLED:
                return None
            int(self.trace, 16), int(parent, 16)
        except ValueError:
            return None
        return Span(name, self.trace, span, parent, seconds)

    def lines(self, host: str, port: int, message: Payload | None, span: str) -> list[tuple[str, str]]:
        """The headers of a request to a component, in the order in which Go writes them."""
        named = [*self.headers, ("Uber-Trace-Id", f"{self.trace}:{span}:{self.span}:{self.flags}")]
        first = [("Host", f"{host}:{port}"), ("User-Agent", self.user_agent)]
        if message is not None:
            first.append(("Content-Length", str(len(message.body))))
            named.append(("Content-Type", message.content_type))
            if message.encoding:
                named.append(("Content-Encoding", message.encoding))
        named.sort(key=lambda pair: pair[0])
        if not self.asks_for_encoding:
            named.append(("Accept-Encoding", "gzip"))
        return first + named
