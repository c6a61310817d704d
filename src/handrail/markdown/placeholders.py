"""Placeholders in pages, scripts and commands: `[[HOST_SUBDOMAIN]]…`, `{{TRAFFIC_HOST1_80}}`, `[[HOST_IP]]`.

A whole address of the old platform, `https://[[HOST_SUBDOMAIN]]-80-[[KATACODA_HOST]].environments.katacoda.com`, is
one placeholder, and so is Killercoda's `{{TRAFFIC_HOST1_80}}`: both mean "port 80 of host 1" and have the same name
here, `TRAFFIC_HOST1_80`. Only known upper-case names are placeholders: `[[ -f x ]]` is bash.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_BARE = re.compile(r"\[\[((?:HOST|CLIENT)\d{0,2}_(?:SUBDOMAIN|IP)|KATACODA_(?:HOST|DOMAIN))\]\]")
_TRAFFIC = re.compile(r"\{\{(TRAFFIC_(?:HOST(\d{1,2})_(\d{1,5})|SELECTOR))\}\}")
_ADDRESS = re.compile(
    r"\[\[(HOST|CLIENT)(\d{0,2})_SUBDOMAIN\]\]"
    r"(?:-(\d{1,5}))?"
    r"(?:[-.]\[\[KATACODA_(?:HOST|DOMAIN)\]\](?:\.environments\.katacoda\.com)?"
    r"|-\w{1,20}\.environments\.katacoda\.com)"
)
_SCHEME = re.compile(r"https?://(?:[a-z0-9-]{1,40}\.){0,3}$")


@dataclass(frozen=True)
class Placeholder:
    """`name`: "TRAFFIC_HOST1_80", "TRAFFIC_SELECTOR", "HOST_IP", "HOST2_SUBDOMAIN" …; offsets of what it replaces."""

    name: str
    start: int
    end: int


def find(text: str) -> Iterator[Placeholder]:
    """The placeholders of a text, in order."""
    at = 0
    square, curly = text.find("[["), text.find("{{TRAFFIC_")
    while square >= 0 or curly >= 0:
        start = min(offset for offset in (square, curly) if offset >= 0)
        found = _traffic(text, start) if start == curly else _square(text, start, at)
        if found:
            yield found
        at = found.end if found else start + 1
        # What was looked for and is not there is not looked for again, or many of the one would take the square of it.
        square = text.find("[[", at) if 0 <= square < at else square
        curly = text.find("{{TRAFFIC_", at) if 0 <= curly < at else curly


def _traffic(text: str, start: int) -> Placeholder | None:
    match = _TRAFFIC.match(text, start)
    if match is None:
        return None
    name = f"TRAFFIC_HOST{int(match[2])}_{int(match[3])}" if match[2] else match[1]
    return Placeholder(name, start, match.end())


def _square(text: str, start: int, since: int) -> Placeholder | None:
    match = _ADDRESS.match(text, start)
    if match:
        scheme = _SCHEME.search(text, max(since, start - 140), start)
        begin = scheme.start() if scheme else start
        if match[3] is None:
            return Placeholder("TRAFFIC_SELECTOR", begin, match.end())
        host = "CLIENT" if match[1] == "CLIENT" else f"HOST{int(match[2] or 1)}"
        return Placeholder(f"TRAFFIC_{host}_{int(match[3])}", begin, match.end())
    match = _BARE.match(text, start)
    return Placeholder(match[1], start, match.end()) if match else None


def substitute(text: str, mapping: Mapping[str, str]) -> str:
    """`text` with the placeholders that `mapping` names replaced by its values; others stay."""
    if not mapping or ("[[" not in text and "{{TRAFFIC_" not in text):
        return text
    parts = []
    at = 0
    for placeholder in find(text):
        value = mapping.get(placeholder.name)
        if value is not None:
            parts += [text[at : placeholder.start], value]
            at = placeholder.end
    return "".join([*parts, text[at:]])


_PORT = re.compile(r"TRAFFIC_(?:HOST(\d{1,2})|CLIENT)_(\d{1,5})")


def port_of(name: str) -> tuple[str, int] | None:
    """(host, port) that a placeholder's name stands for: ("host02", 80) for "TRAFFIC_HOST2_80"; None for others.

    The client is the machine with the learner's terminal, which is the first host.
    """
    match = _PORT.fullmatch(name)
    if match is None or not 0 < int(match[2]) < 65536:
        return None
    return f"host{int(match[1] or 1):02d}", int(match[2])


class LocalPorts(Mapping[str, str]):
    """Placeholders as addresses on this machine.

    `published`: (host, port) to the port on this machine, for hosts that are containers, as in
    {("host01", 80): 49321}; a port that is not in it is taken to be the same here. `addresses`: host to IP address.
    """

    def __init__(
        self,
        published: Mapping[tuple[str, int], int] | None = None,
        addresses: Mapping[str, str] | None = None,
        selector: str = "http://127.0.0.1",
    ) -> None:
        self._published = dict(published or {})
        self._addresses = dict(addresses or {})
        self._selector = selector

    def __getitem__(self, name: str) -> str:
        if asked := port_of(name):
            return f"http://127.0.0.1:{self._published.get(asked, asked[1])}"
        if name == "TRAFFIC_SELECTOR":
            return self._selector
        if name in self._fixed():
            return self._fixed()[name]
        raise KeyError(name)

    def _fixed(self) -> dict[str, str]:
        """The names whose values do not depend on a port."""
        fixed = {"TRAFFIC_SELECTOR": self._selector, "KATACODA_HOST": "localhost", "KATACODA_DOMAIN": "localhost"}
        for number in ("", "1", "2", "3"):
            address = self._addresses.get(f"host{int(number or 1):02d}", "127.0.0.1")
            fixed[f"HOST{number}_IP"] = fixed[f"HOST{number}_SUBDOMAIN"] = address
        fixed["CLIENT_SUBDOMAIN"] = fixed["CLIENT_IP"] = fixed["HOST1_IP"]
        return fixed

    def __iter__(self) -> Iterator[str]:
        return iter(self._fixed())

    def __len__(self) -> int:
        return len(self._fixed())
