"""A page's blocks, quizzes, problems and pictures, without its tokens, for those who make no HTML.

The same as `parser.parse` finds, in a third of the time. Each token is dropped as soon as the next one comes:
those of a dense page of 5 MB would fill more than a gigabyte.
"""

import functools
import re
from array import array
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline, image
from markdown_it.token import Token

from handrail.markdown import parser, spans
from handrail.markdown.actions import Block
from handrail.markdown.collector import Collector
from handrail.markdown.lines import Lines, Paragraph
from handrail.markdown.quizzes import Quiz
from handrail.problems import Problem

_IMG = re.compile(r"<img\s[^<>]{0,500}?src\s{0,3}=\s{0,3}[\"']?([^\"'\s<>]{1,500})", re.IGNORECASE)


@dataclass(frozen=True)
class Scanned:
    """What a page holds that can be clicked, shown or wrong. Numbers of lines count from 0."""

    lines: Lines = field(repr=False)
    blocks: tuple[Block, ...]
    quizzes: tuple[Quiz, ...]
    problems: tuple[Problem, ...]
    braces: "array[int]" = field(repr=False)
    """As `Collector.braces`."""
    tight_headings: "array[int]" = field(repr=False)
    """As `Collector.tight_headings`."""
    images: tuple[tuple[int, str], ...]
    """(line, address) of every picture."""
    odd_html: tuple[tuple[int, str], ...]
    """(line, text) of the HTML blocks that hold an action or an odd number of quotes."""


def scan(text: str, page_id: str, path: str = "") -> Scanned:
    """Read a page. Never raises, whatever the text."""
    source = parser.visible(text)
    lines = Lines(source)
    env: dict[str, Any] = {}
    if "]:" in source:
        # Addresses of pictures may be defined below them.
        _walk(source, env, lambda token: None)
        env = {"references": env.get("references", {})}
    collector = Collector(page_id, path, lines)
    scanner = _Scanner(collector, env)
    _walk(source, env, scanner.block)
    problems = collector.finish()
    return Scanned(
        lines,
        tuple(collector.blocks),
        tuple(collector.quizzes),
        problems,
        collector.braces,
        collector.tight_headings,
        tuple(scanner.images),
        tuple(scanner.odd_html),
    )


def _walk(source: str, env: dict[str, Any], take: Callable[[Token], None]) -> None:
    tokens = _Passing(take)
    state = _LeanBlocks(source, _parser(), env, tokens)
    state.md.block.tokenize(state, 0, state.lineMax)
    tokens.end()


@functools.cache
def _parser() -> MarkdownIt:
    scanner = parser.markdown.__wrapped__()
    # What these make of text holds no span, and they look back at tokens that are gone.
    scanner.inline.ruler.disable(["emphasis", "strikethrough"])
    scanner.inline.ruler2.disable(["balance_pairs", "strikethrough", "emphasis", "fragments_join"])
    scanner.inline.ruler.at("image", spans.placed(image))
    return scanner


class _Passing(list[Token]):
    """Holds the last token only, which a rule may still be filling, and hands on the one before it."""

    def __init__(self, take: Callable[[Token], None]) -> None:
        super().__init__()
        self._take = take

    def append(self, token: Token) -> None:
        self.end()
        super().append(token)

    def end(self) -> None:
        """Hand on the last token."""
        if self:
            self._take(self.pop())


class _LeanBlocks(StateBlock):
    """The parser's tables of lines in 20 bytes a line; as lists they take 100."""

    def __init__(self, source: str, md: MarkdownIt, env: dict[str, Any], tokens: list[Token]) -> None:
        super().__init__("", md, env, tokens)
        self.src = source
        begins, ends, shifts, columns = array("i"), array("i"), array("i"), array("i")
        at, length = 0, len(source)
        while at < length:
            end = source.find("\n", at)
            end = length if end < 0 else end
            first, column = at, 0
            while first < end and source[first] in " \t":
                column += 4 - column % 4 if source[first] == "\t" else 1
                first += 1
            if first == length:
                # A last line of blanks alone is none to the parser.
                break
            begins.append(at)
            ends.append(end)
            shifts.append(first - at)
            columns.append(column)
            at = end + 1
        self.lineMax = len(begins)
        for table, last in ((begins, length), (ends, length), (shifts, 0), (columns, 0)):
            table.append(last)
        tables: Any = (begins, ends, shifts, columns, array("i", bytes(4 * len(begins))))
        self.bMarks, self.eMarks, self.tShift, self.sCount, self.bsCount = tables


class _Scanner:
    """Passes on to the collector what may hold something, and notes pictures and odd HTML."""

    def __init__(self, collector: Collector, env: dict[str, Any]) -> None:
        self.collector, self._env = collector, env
        self.images: list[tuple[int, str]] = []
        self.odd_html: list[tuple[int, str]] = []

    def block(self, token: Token) -> None:
        if token.type == "inline":
            self._inline(token)
            return
        if token.type == "html_block":
            line = token.map[0] if token.map else 0
            self._pictures(token.content, line)
            if "`{{" in token.content or token.content.count('"') % 2:
                self.odd_html.append((line, token.content))
        self.collector.feed(token)

    def _inline(self, token: Token) -> None:
        content = token.content
        spans_likely = "`" in content
        if (
            "![" in content
            or "<!-" in content
            or "<im" in content.lower()
            or (spans_likely and ("<" in content or "](" in content))
        ):
            places = self.collector.paragraph(token)
            tokens = _Passing(lambda child: self._child(child, places))
            state = StateInline(content, _parser(), self._env, tokens)
            state.md.inline.tokenize(state)
            tokens.end()
        elif spans_likely:
            places = self.collector.paragraph(token)
            for child in spans.scan(content):
                self.collector.child(child, places)

    def _child(self, child: Token, places: Paragraph) -> None:
        if child.type == "image":
            self.images.append((places.line(child.meta["offset"]), str(child.attrs.get("src", ""))))
        elif child.type == "html_inline":
            self._pictures(child.content, places.line(child.meta["offset"]))
        self.collector.child(child, places)

    def _pictures(self, html: str, line: int) -> None:
        counted = 0
        for match in _IMG.finditer(html):
            line += html.count("\n", counted, match.start())
            counted = match.start()
            self.images.append((line, match[1]))
