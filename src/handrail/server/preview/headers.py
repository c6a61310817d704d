"""The headers of what is passed on: a service is asked as if directly, and its answer is made to fit into the frame."""

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from handrail.server.preview.registry import LOOPBACK, Preview

Headers = list[tuple[bytes, bytes]]

COOKIE = "handrail-preview"
# No page of a sibling domain can set a cookie with this prefix; browsers grant it to TLS alone.
COOKIE_BY_TLS = f"__Host-{COOKIE}"
_OURS = re.compile(rf"(?i)(__Host-)?{COOKIE}\s*(=|$)")
# Those of one connection, which a proxy has two of: RFC 9110, 7.6.1.
_OF_ONE_CONNECTION = frozenset(
    {b"connection", b"keep-alive", b"proxy-authenticate", b"proxy-authorization", b"proxy-connection", b"te",
     b"trailer", b"transfer-encoding", b"upgrade", b"host", b"expect", b"alt-svc"}
)  # fmt: skip
_OF_THE_HANDSHAKE = b"sec-websocket-"
# What proxies in front of us say of the browser's request: the service is asked as if there were none.
_OF_PROXIES = (b"x-forwarded-", b"forwarded", b"x-real-ip", b"x-scheme", b"x-original-")
# It would have the browser forget the cookies of the whole domain, the player's and the Hub's with them.
_OF_THE_DOMAIN = b"clear-site-data"
_CONFINED = re.compile(r"(?i)^(domain|samesite|partitioned|secure)\s*(=|$)")


def cookie_name(scheme: str) -> str:
    """What our cookie is called where browsers speak this scheme."""
    return COOKIE_BY_TLS if scheme == "https" else COOKIE


def cookie(scheme: str, value: str) -> str:
    """Ours, for a frame or tab of this origin alone."""
    return f"{cookie_name(scheme)}={value}; Path=/; HttpOnly; Secure; SameSite=None; Partitioned"


def authority(preview: Preview) -> str:
    """The host and port that the service would be asked by without us."""
    host, port = preview.address
    return f"{host}:{port}"


def to_service(sent: Iterable[tuple[bytes, bytes]], preview: Preview, origin: str, token: str) -> Headers:
    """What the service gets: its own address for ours, and nothing that signs anyone in to the player or to us."""
    ours, its = origin.encode(), f"{preview.scheme}://{authority(preview)}".encode()
    passed: Headers = [(b"host", authority(preview).encode())]
    dropped = _named_by_connection(sent)
    for name, value in sent:
        if name in dropped or name.startswith((_OF_THE_HANDSHAKE, *_OF_PROXIES)):
            continue
        if name == b"authorization" and token.encode() in value:
            continue
        if name == b"cookie":
            value = b"; ".join(each for each in _pairs(value) if not _OURS.match(each.decode("latin-1")))
        elif name == b"origin" and value == ours:
            value = its
        elif name == b"referer" and value.startswith(ours):
            value = its + value.removeprefix(ours)
        if value or name != b"cookie":
            passed.append((name, value))
    return passed


def to_browser(given: Iterable[tuple[bytes, bytes]], preview: Preview, frames: tuple[bytes, bytes]) -> Headers:
    """What the browser gets: cookies for this host alone, links to itself at our address, and our word on who may
    frame it in place of the service's."""
    dropped = _named_by_connection(given) | {b"x-frame-options", _OF_THE_DOMAIN}
    passed: Headers = [frames]
    for name, value in ((name.lower(), value) for name, value in given):
        if name in dropped:
            continue
        if name in (b"content-security-policy", b"content-security-policy-report-only"):
            value = _without_ancestors(value)
        elif name == b"set-cookie":
            value = _confined(value)
        elif name == b"location":
            value = (own_path(value, preview) or value.decode("latin-1")).encode("latin-1")
        if value or name not in (b"set-cookie", b"content-security-policy"):
            passed.append((name, value))
    return passed


def own_path(location: bytes, preview: Preview) -> str | None:
    """The path that a redirect of the service leads to on itself; None when it leads elsewhere."""
    text = location.decode("latin-1")
    try:
        parts = urlsplit(text)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        return None
    if not parts.netloc and not parts.scheme:
        return text
    its_host, its_port = preview.address
    if parts.scheme in ("http", "https") and parts.hostname in {*LOOPBACK, its_host} and port == its_port:
        # More than one slash would name a host again.
        return "/" + parts._replace(scheme="", netloc="").geturl().lstrip("/")
    return None


def _named_by_connection(headers: Iterable[tuple[bytes, bytes]]) -> frozenset[bytes]:
    named = {
        word.strip().lower() for name, value in headers if name.lower() == b"connection" for word in value.split(b",")
    }
    return _OF_ONE_CONNECTION | named


def _pairs(value: bytes) -> list[bytes]:
    return [each.strip() for each in value.split(b";") if each.strip()]


def _confined(value: bytes) -> bytes:
    """A cookie of the service for this host, which a frame gets, too; nothing when it has a name of ours."""
    first, *attributes = [part.strip() for part in value.decode("latin-1").split(";")]
    if _OURS.match(first):
        return b""
    kept = [each for each in attributes if each and not _CONFINED.match(each)]
    return "; ".join([first, *kept, "Secure", "SameSite=None", "Partitioned"]).encode("latin-1")


def _without_ancestors(value: bytes) -> bytes:
    policies = []
    for policy in value.decode("latin-1").split(","):
        kept = [each.strip() for each in policy.split(";") if not each.strip().lower().startswith("frame-ancestors")]
        policies.append("; ".join(each for each in kept if each))
    return ", ".join(each for each in policies if each).encode("latin-1")
