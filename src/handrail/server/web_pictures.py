"""Fetches a picture from the web when the learner asks for it; the page itself loads nothing from outside.

A link would be safer still, but the text speaks of a picture that one has to see beside it. So that this is no way into
the local network: https alone; every address of the host must be public, and the connection goes to the one that was
looked at, whatever the name means a moment later; a redirect is looked at in the same way; only so many bytes, only
pictures that can hold no script. Nothing of the learner goes along, neither cookies nor where they read it.
"""

import asyncio
import ipaddress
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urljoin, urlsplit

from handrail.server.content import host_of
from handrail.server.errors import RequestError

if TYPE_CHECKING:
    import httpcore

WITHIN = 20.0  # seconds, redirects included
LARGEST = 5 << 20  # bytes
MOST_REDIRECTS = 3
KINDS = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"})
# What carries an IPv4 address inside an IPv6 one, by which a public address could mean a private one.
_TRANSLATED = [ipaddress.ip_network(each) for each in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")]

Resolve = Callable[[str, int], Awaitable[list[str]]]


@dataclass(frozen=True)
class Picture:
    """`kind` is one of KINDS."""

    kind: str
    data: bytes


async def public_addresses(host: str, port: int) -> list[str]:
    """The IP addresses of a host. Raises RequestError unless it is known and all of them are public."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, proto=6)
    except OSError:
        raise _refused(host, "its name is not known here") from None
    addresses = list(dict.fromkeys(str(each[4][0]) for each in found))
    if not addresses or not all(is_public(each) for each in addresses):
        raise _refused(host, "it is no public address")
    return addresses


def is_public(address: str) -> bool:
    """Whether an IP address is one of the internet's, and not of this machine or its network."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped:
            found = found.ipv4_mapped
        elif any(found in network for network in _TRANSLATED):
            return False
    return found.is_global and not found.is_multicast


async def fetch(address: str, resolve: Resolve = public_addresses, context: ssl.SSLContext | None = None) -> Picture:
    """The picture at an https address. Raises RequestError with a sentence for the learner."""
    import httpcore  # not before the first one

    host = host_of(address)
    try:
        async with (
            asyncio.timeout(WITHIN),
            httpcore.AsyncConnectionPool(ssl_context=context or ssl.create_default_context()) as pool,
        ):
            for _ in range(MOST_REDIRECTS + 1):
                parts = urlsplit(address)
                if parts.scheme != "https" or not parts.hostname or parts.username is not None:
                    raise _refused(host, "it is not sent over https")
                places = await resolve(parts.hostname, parts.port or 443)
                found = await _ask(pool, parts, places[0])
                if isinstance(found, Picture):
                    return found
                address = urljoin(address, found)
        raise _refused(host, "it leads on and on")
    except TimeoutError:
        raise _refused(host, "it took too long") from None
    except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException, ValueError):
        raise _refused(host, "it did not answer") from None


async def _ask(pool: "httpcore.AsyncConnectionPool", parts: SplitResult, place: str) -> Picture | str:
    """The picture, or where it leads on to."""
    import httpcore

    host = parts.hostname or ""
    target = parts._replace(scheme="", netloc="", fragment="").geturl() or "/"
    url = httpcore.URL(scheme="https", host=place, port=parts.port or 443, target=target.encode("ascii"))
    fields = [("Host", parts.netloc), ("Accept", ", ".join(sorted(KINDS))), ("User-Agent", "handrail")]
    async with pool.stream("GET", url, headers=fields, extensions={"sni_hostname": host}) as response:
        answered = {name.lower(): value.decode("latin-1") for name, value in response.headers}
        if response.status in (301, 302, 303, 307, 308) and b"location" in answered:
            return answered[b"location"]
        kind = answered.get(b"content-type", "").partition(";")[0].strip().lower()
        if response.status != 200:
            raise _refused(host, f"it answers with status {response.status}")
        if kind not in KINDS:
            raise _refused(host, "it sends something else than a picture that is shown here")
        data = b""
        async for piece in response.aiter_stream():
            data += piece
            if len(data) > LARGEST:
                raise _refused(host, f"it is larger than {LARGEST >> 20} MB")
        return Picture(kind, data)


def _refused(host: str, why: str) -> RequestError:
    return RequestError(502, f"The picture from {host} is not shown: {why}.")
