"""Rules about the text of pages."""

from collections.abc import Iterator

from handrail.lint.context import Context
from handrail.markdown.lines import Lines
from handrail.markdown.parser import parse
from handrail.markdown.renderer import to_html
from handrail.problems import Problem
from handrail.problems.catalogue.dead_hosts import DEAD_HOSTS

_RENDERED = 250_000
"""Characters of the largest page that is rendered; the largest public one has 200,000."""


def page_empty(context: Context) -> Iterator[Problem]:
    """141 pages of the public scenarios are empty, nearly all of them the last."""
    for file in context.pages:
        if not file.text.strip():
            yield Problem.of("page-empty", file.path)


def page_crlf(context: Context) -> Iterator[Problem]:
    """Harmless in prose; copied into a script it is not."""
    for file in context.pages:
        if file.crlf:
            yield Problem.of("page-crlf", file.path)


def action_in_html(context: Context) -> Iterator[Problem]:
    """Markdown inside an HTML block is not read as Markdown."""
    for file in context.pages:
        for first, text in file.parsed.odd_html:
            for number, line in enumerate(text.split("\n"), first + 1):
                if "`{{" in line:
                    yield Problem.of("action-in-html", file.path, number, line.find("`{{") + 1)


def html_tangled(context: Context) -> Iterator[Problem]:
    """An attribute that is never closed takes the blocks after it with it. To see it the page must be rendered."""
    for file in context.pages:
        odd = any(text.count('"') % 2 for _, text in file.parsed.odd_html)
        if odd and len(file.text) < _RENDERED:
            whole = to_html(parse(file.text, file.page.id, file.path, whole=True))[1]
            if not whole:
                yield Problem.of("html-tangled", file.path)


def traffic_port_literal(context: Context) -> Iterator[Problem]:
    """`PORT` stands for a number in the documentation."""
    for file in context.pages:
        for offset in _finds(file.text, "_PORT}}"):
            start = file.text.rfind("{{TRAFFIC_", max(0, offset - 24), offset)
            if start >= 0:
                yield Problem.of("traffic-port-literal", file.path, *file.lines.place(start))


def dead_host(context: Context) -> Iterator[Problem]:
    """Hosts and paths that are known to be gone; no network is asked."""
    for file in context.pages:
        yield from _dead_hosts(file.path, file.text, file.lines)
    for script in context.scripts:
        yield from _dead_hosts(script.path, script.text, Lines(script.text))


def _dead_hosts(path: str, text: str, lines: Lines) -> Iterator[Problem]:
    for host in DEAD_HOSTS:
        for offset in _finds(text, host):
            before = text[max(0, offset - 20) : offset]
            if before.endswith(".environments.") or before[-1:].isalnum() or before.endswith(("-", "@")):
                continue
            yield Problem.of("dead-host", path, *lines.place(offset), case=host)


def _finds(text: str, wanted: str) -> Iterator[int]:
    at = text.find(wanted)
    while at >= 0:
        yield at
        at = text.find(wanted, at + len(wanted))
