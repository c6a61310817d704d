"""Placeholders that are almost ones and stand for nothing."""

import difflib
import re
from collections.abc import Iterator

from handrail.lint.context import Context
from handrail.markdown import placeholders
from handrail.markdown.lines import Lines
from handrail.problems import Problem

_TRAFFIC = re.compile(r"\{{1,2} {0,2}TRAFFIC_\w{0,40} {0,2}\}{0,2}", re.IGNORECASE)
_SQUARE = re.compile(r"\[\[ {0,2}((?:HOST|CLIENT|KATACODA)\d{0,2}_[A-Z]{1,20}) {0,2}\]{0,2}|"
                     r"\[((?:HOST|CLIENT|KATACODA)\d{0,2}_[A-Z]{1,20})\]\]")  # fmt: skip
_SQUARE_NAMES = ("HOST_SUBDOMAIN", "HOST_IP", "CLIENT_SUBDOMAIN", "CLIENT_IP", "KATACODA_HOST", "KATACODA_DOMAIN")
_PORTS = range(1, 65536)


def broken(context: Context) -> Iterator[Problem]:
    """In pages and scripts; one that is whole is found by `placeholders.find`."""
    for file in context.pages:
        yield from _broken(file.path, file.text, file.lines)
    for script in context.scripts:
        yield from _broken(script.path, script.text, None)


def _broken(path: str, text: str, lines: Lines | None) -> Iterator[Problem]:
    if "TRAFFIC_" not in text.upper() and "[HOST" not in text and "[CLIENT" not in text and "[KATACODA" not in text:
        return
    whole = {at for found in placeholders.find(text) if _is_right(found.name) for at in range(found.start, found.end)}
    lines = lines or Lines(text)
    for match in _TRAFFIC.finditer(text):
        # A name of the documentation, PORT, has a rule of its own.
        if match.start() not in whole and not match[0].rstrip("} ").endswith("_PORT"):
            yield Problem.of("placeholder-broken", path, *lines.place(match.start()), written=match[0])
    for match in _SQUARE.finditer(text):
        if match.start() not in whole:
            name = match[1] or match[2]
            close = difflib.get_close_matches(name, _SQUARE_NAMES, n=1, cutoff=0.5)
            meant = f"[[{close[0] if close and name not in _names() else name}]]"
            place = lines.place(match.start())
            yield Problem.of("placeholder-broken", path, *place, "square", written=match[0], meant=meant)


def _names() -> frozenset[str]:
    return frozenset(placeholders.LocalPorts())


def _is_right(name: str) -> bool:
    """A port that there can be."""
    _, _, port = name.rpartition("_")
    return not (name.startswith("TRAFFIC_") and port.isdigit()) or int(port) in _PORTS
