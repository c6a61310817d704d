"""Page text to tokens, blocks, quizzes and problems, by markdown-it-py with our rules. Pure; makes no HTML.

`page_scan` finds the same blocks and problems without keeping the tokens.
"""

import functools
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field

from markdown_it import MarkdownIt
from markdown_it.rules_inline import html_inline
from markdown_it.token import Token

from handrail.markdown import fences, file_blocks, spans
from handrail.markdown import quizzes as quiz_rule
from handrail.markdown.actions import Block
from handrail.markdown.collector import Collector
from handrail.markdown.headings import tight_heading
from handrail.markdown.html_blocks import html_block
from handrail.markdown.lines import Lines, unix
from handrail.markdown.quizzes import Quiz
from handrail.problems import Problem


@dataclass(frozen=True)
class Parsed:
    """A page as tokens. Tokens of blocks and quizzes hold them in `meta["block"]` and `meta["quiz"]`."""

    tokens: list[Token] = field(repr=False)
    blocks: tuple[Block, ...]
    quizzes: tuple[Quiz, ...]
    problems: tuple[Problem, ...]
    title: str | None
    braces: "array[int]" = field(repr=False)
    """As `Collector.braces`."""


def parse(text: str, page_id: str, path: str = "") -> Parsed:
    """Parse a page. Never raises, whatever the text."""
    source = visible(text)
    tokens = markdown().parse(source)
    collector = Collector(page_id, path, Lines(source))
    for token in tokens:
        if token.type == "inline":
            places = collector.paragraph(token)
            for child in token.children or ():
                collector.child(child, places)
        else:
            collector.feed(token)
    problems = collector.finish()
    blocks, quizzes = tuple(collector.blocks), tuple(collector.quizzes)
    return Parsed(tokens, blocks, quizzes, problems, _title(tokens), collector.braces)


def visible(text: str) -> str:
    """The text as the parser sees it."""
    return unix(text).replace("\0", "\ufffd")


@functools.cache
def markdown() -> MarkdownIt:
    """The parser with our rules."""
    parser = MarkdownIt("commonmark", {"html": True, "maxNesting": 60}).enable("table").enable("strikethrough")
    block = parser.block.ruler
    ends = ["paragraph", "reference", "blockquote", "list"]
    block.at("html_block", html_block, {"alt": ends[:3]})
    # An indent of four and more may still be a fence; see `fences`.
    block.disable("fence")
    block.before("code", "hr_fence", fences.fence, {"alt": ends})
    block.before("html_block", "hr_file", file_blocks.file_block, {"alt": ends})
    block.before("blockquote", "hr_quiz", quiz_rule.quiz, {"alt": ends})
    block.after("heading", "hr_heading", tight_heading, {"alt": ends[:3]})
    parser.inline.ruler.at("backticks", spans.span)
    parser.inline.ruler.at("html_inline", spans.placed(html_inline))
    return parser


def _title(tokens: list[Token]) -> str | None:
    """The text of the first heading that has any."""
    for number, token in enumerate(tokens):
        if token.type == "inline" and tokens[number - 1].type == "heading_open" and (title := _plain(token)):
            return title
    return None


def _plain(token: Token) -> str:
    """The text of a heading without its markup."""
    return "".join(_plain_children(token.children or [])).strip()


def _plain_children(children: list[Token]) -> Iterator[str]:
    for child in children:
        if child.type in ("text", "code_inline", spans.TOKEN, "image"):
            yield child.content
        elif child.type == "softbreak":
            yield " "
