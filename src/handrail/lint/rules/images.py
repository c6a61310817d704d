"""Rules about pictures."""

import re
from collections.abc import Iterator
from urllib.parse import unquote

from markdown_it.token import Token

from handrail.images import find_image
from handrail.lint.subject import PageFile, Subject
from handrail.problem import Problem

_IMG = re.compile(r"<img\s[^<>]{0,500}?src\s{0,3}=\s{0,3}[\"']?([^\"'\s<>]{1,500})", re.IGNORECASE)


def image_missing(subject: Subject) -> Iterator[Problem]:
    """Each local picture must be found by one of the five bases (see `images`)."""
    root = subject.scenario.root
    for file in subject.pages:
        for line, reference in references(file):
            if ":" in reference.split("/")[0] or reference.startswith("//") or not reference:
                continue
            name = unquote(reference)
            if find_image(subject.scenario, root / file.path, name) is None:
                source = file.lines[line - 1] if line <= len(file.lines) else ""
                yield Problem(
                    "image-missing",
                    "warning",
                    file.path,
                    line,
                    max(source.find(name), 0) + 1,
                    f"The picture {name} does not exist.",
                    "Add it, or write its path relative to the page.",
                )


def references(file: PageFile) -> Iterator[tuple[int, str]]:
    """(line, address) of every picture of a page."""
    for token in file.parsed.tokens:
        line = token.map[0] + 1 if token.map else 1
        if token.type == "html_block":
            yield from _in_html(token.content, line)
        elif token.type == "inline":
            yield from _in_line(token, line)


def _in_line(token: Token, line: int) -> Iterator[tuple[int, str]]:
    for child in token.children or ():
        if child.type == "image":
            yield line, str(child.attrs.get("src", ""))
        elif child.type == "html_inline":
            yield from _in_html(child.content, line)
        elif child.type in ("softbreak", "hardbreak"):
            line += 1


def _in_html(text: str, line: int) -> Iterator[tuple[int, str]]:
    for match in _IMG.finditer(text):
        yield line + text.count("\n", 0, match.start()), match[1]
