"""Pages in the words of a platform: braces and placeholders, everything else byte for byte."""

from typing import Literal

from handrail.markdown import placeholders, rewrite
from handrail.markdown.actions import Braces
from handrail.markdown.parser import parse

Platform = Literal["killercoda", "katacoda"]
_EXECUTE = {"killercoda": "exec", "katacoda": "execute"}


def page(text: str, platform: Platform) -> str:
    """A page for `platform`. Line ends become Unix ones."""
    translated = rewrite.braces(text, parse(text, "page"), lambda found: braces(found, platform))
    return addresses(translated, platform)


def braces(found: Braces, platform: Platform) -> str:
    """The same action in the platform's words: terminal and host last, misspelt words right."""
    tokens = found.tokens
    if tokens.action is None:
        return found.raw if platform == "killercoda" else ""
    words = [_EXECUTE[platform] if tokens.action == "execute" else tokens.action]
    words += ["interrupt"] * tokens.interrupt + ["ctrl-seq"] * tokens.ctrl_seq
    words += ["no-newline"] * (not tokens.newline)
    if tokens.terminal:
        words.append(tokens.terminal)
    if tokens.host:
        words.append(_host(tokens.host))
    return "{{" + " ".join([*words, *tokens.unknown]) + "}}"


def _host(host: str) -> str:
    """`host02` is written HOST2."""
    digits = host.removeprefix("host")
    return f"HOST{int(digits)}" if host.startswith("host") and digits.isdigit() else host


def addresses(text: str, platform: Platform) -> str:
    """Addresses of ports in the platform's form; other placeholders stay."""
    parts = []
    at = 0
    for found in placeholders.find(text):
        new = _address(found.name, platform)
        if new is not None:
            parts += [text[at : found.start], new]
            at = found.end
    return "".join([*parts, text[at:]])


def _address(name: str, platform: Platform) -> str | None:
    kind, _, rest = name.partition("_")
    if kind != "TRAFFIC":
        return None
    host, _, port = rest.partition("_")
    if platform == "killercoda":
        return None if host == "CLIENT" else "{{" + name + "}}"
    subdomain = {"HOST1": "HOST", "SELECTOR": "HOST"}.get(host, host)
    between = f"-{port}" if port else ""
    return f"https://[[{subdomain}_SUBDOMAIN]]{between}-[[KATACODA_HOST]].environments.katacoda.com"
