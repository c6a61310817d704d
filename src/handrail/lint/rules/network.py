"""The one rule that needs the network; off unless `--network` is given."""

import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from handrail.lint.context import Context
from handrail.problems import Problem

_ADDRESS = re.compile(r"https?://[A-Za-z0-9][A-Za-z0-9.-]{2,250}(?::\d{1,5})?(?:/[^\s<>()\[\]{}\"'`*|\\]{0,500})?")
_LOCAL = ("localhost", "127.", "0.0.0.0", "10.", "192.168.", "172.", "host0", "example.")
_SECONDS = 10.0


def link_unreachable(context: Context) -> Iterator[Problem]:
    """Ask each web address of the pages once."""
    found: dict[str, tuple[str, int, int]] = {}
    for file in context.pages:
        for match in _ADDRESS.finditer(file.text):
            address = match[0].rstrip(".,;:!?")
            host = address.partition("://")[2]
            following = file.text[match.end() : match.end() + 2]
            if not host.startswith(_LOCAL) and following not in ("[[", "{{") and "." in host:
                found.setdefault(address, (file.path, *file.lines.place(match.start())))
    with ThreadPoolExecutor(8) as pool:
        for (address, where), reason in zip(found.items(), pool.map(_ask, found), strict=True):
            if reason:
                yield Problem.of("link-unreachable", *where, address=address, reason=reason)


def _ask(address: str) -> str:
    """Why the address is not there; empty when it is, or when it refuses robots."""
    request = urllib.request.Request(address, headers={"User-Agent": "handrail-lint"})
    try:
        with urllib.request.urlopen(request, timeout=_SECONDS):
            return ""
    except urllib.error.HTTPError as error:
        return "" if error.code in (401, 403, 405, 429) else f"status {error.code}"
    except (OSError, ValueError) as error:
        return str(getattr(error, "reason", error)) or "no answer"
