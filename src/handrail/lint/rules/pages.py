"""Rules about the text of pages."""

from collections.abc import Iterator

from handrail.lint.context import Context
from handrail.lint.dead_hosts import DEAD_HOSTS
from handrail.markdown.lines import Lines
from handrail.markdown.parser import parse
from handrail.markdown.problems import note_problem
from handrail.markdown.renderer import to_html
from handrail.problems import Problem

_RENDERED = 250_000
"""Characters of the largest page that is rendered; the largest public one has 200,000."""


def page_empty(context: Context) -> Iterator[Problem]:
    """141 pages of the public scenarios are empty, nearly all of them the last."""
    for file in context.pages:
        if not file.text.strip():
            yield Problem(
                "page-empty", "warning", file.path, 1, 1, "The page is empty.", "Write it, or take it out of the index."
            )


def page_crlf(context: Context) -> Iterator[Problem]:
    """Harmless in prose; copied into a script it is not."""
    for file in context.pages:
        if file.crlf:
            yield Problem(
                "page-crlf",
                "warning",
                file.path,
                1,
                1,
                "The page has Windows line ends.",
                "Save it with Unix line ends; `handrail lint --fix` does it.",
            )


def action_in_html(context: Context) -> Iterator[Problem]:
    """Markdown inside an HTML block is not read as Markdown."""
    for file in context.pages:
        for first, text in file.scanned.odd_html:
            for number, line in enumerate(text.split("\n"), first + 1):
                if "`{{" in line:
                    yield Problem(
                        "action-in-html",
                        "warning",
                        file.path,
                        number,
                        line.find("`{{") + 1,
                        "This action stands inside raw HTML, where it stays plain text.",
                        "Leave a blank line before it.",
                    )


def html_tangled(context: Context) -> Iterator[Problem]:
    """An attribute that is never closed takes the blocks after it with it. To see it the page must be rendered."""
    for file in context.pages:
        odd = any(text.count('"') % 2 for _, text in file.scanned.odd_html)
        if odd and len(file.text) < _RENDERED:
            whole = to_html(parse(file.text, file.page.id, file.path))[1]
            if not whole:
                yield note_problem("html-tangled", file.path, 1, "", "")


def traffic_port_literal(context: Context) -> Iterator[Problem]:
    """`PORT` stands for a number in the documentation."""
    for file in context.pages:
        for offset in _finds(file.text, "_PORT}}"):
            start = file.text.rfind("{{TRAFFIC_", max(0, offset - 24), offset)
            if start >= 0:
                yield Problem(
                    "traffic-port-literal",
                    "warning",
                    file.path,
                    *file.lines.place(start),
                    "PORT was not replaced by a number.",
                    "Write the port: {{TRAFFIC_HOST1_8080}}.",
                )


def dead_host(context: Context) -> Iterator[Problem]:
    """Hosts and paths that are known to be gone; no network is asked."""
    for file in context.pages:
        yield from _dead_hosts(file.path, file.text, file.lines)
    for script in context.scripts:
        yield from _dead_hosts(script.path, script.text, Lines(script.text))


def _dead_hosts(path: str, text: str, lines: Lines) -> Iterator[Problem]:
    for host, remedy in DEAD_HOSTS.items():
        for offset in _finds(text, host):
            before = text[max(0, offset - 20) : offset]
            if before.endswith(".environments.") or before[-1:].isalnum() or before.endswith(("-", "@")):
                continue
            yield Problem(
                "dead-host", "warning", path, *lines.place(offset), f"{host} no longer serves what it did.", remedy
            )


def _finds(text: str, wanted: str) -> Iterator[int]:
    at = text.find(wanted)
    while at >= 0:
        yield at
        at = text.find(wanted, at + len(wanted))
