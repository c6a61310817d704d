"""Page text to tokens, blocks, quizzes and problems, by markdown-it-py with our rules. Pure; makes no HTML.

Whoever makes no HTML needs only what can be clicked, shown or wrong. Of a text that holds no HTML, link or picture
that is its code spans, which are found without the inline parser, in a third of the time.
"""

import functools
from array import array
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_inline import html_inline, image
from markdown_it.token import Token

from handrail.markdown import fences, file_blocks, quiz_blocks, spans
from handrail.markdown.blocks import Block
from handrail.markdown.collector import Collector
from handrail.markdown.headings import tight_heading
from handrail.markdown.html_blocks import html_block
from handrail.markdown.lines import Lines, unix
from handrail.markdown.quizzes import Quiz
from handrail.problems import Problem


@dataclass(frozen=True)
class Parsed:
    """What a page holds that can be clicked, shown or wrong. Numbers of lines count from 0.

    `tokens` are there when the page was parsed whole; those of blocks and quizzes hold them in `meta["block"]` and
    `meta["quiz"]`.
    """

    tokens: list[Token] = field(repr=False)
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


def parse(text: str, page_id: str, path: str = "", *, whole: bool = False) -> Parsed:
    """Parse a page. Never raises, whatever the text. `whole`: HTML is to be made of it."""
    source = visible(text)
    parser = markdown()
    env: dict[str, Any] = {}
    tokens: list[Token] = []
    if whole:
        tokens = parser.parse(source, env)
    else:
        parser.block.parse(source, parser, env, tokens)
    collector = Collector(page_id, path, Lines(source))
    for token in tokens:
        if token.type == "inline":
            collector.inline(token, token.children or () if whole else _children(token.content, env))
        else:
            collector.feed(token)
    problems = collector.finish()
    return Parsed(
        tokens if whole else [],
        collector.lines,
        tuple(collector.blocks),
        tuple(collector.quizzes),
        problems,
        collector.braces,
        collector.tight_headings,
        tuple(collector.images),
        tuple(collector.odd_html),
    )


def _children(content: str, env: dict[str, Any]) -> Iterable[Token]:
    """The tokens of an inline text, those that the collector does not look at left out."""
    has_spans = "`" in content
    if (
        "![" in content
        or "<!-" in content
        or "<im" in content.lower()
        or (has_spans and ("<" in content or "](" in content))
    ):
        children: list[Token] = []
        markdown().inline.parse(content, markdown(), env, children)
        return children
    return spans.scan(content) if has_spans else ()


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
    block.before("blockquote", "hr_quiz", quiz_blocks.quiz, {"alt": ends})
    block.after("heading", "hr_heading", tight_heading, {"alt": ends[:3]})
    parser.inline.ruler.at("backticks", spans.span)
    parser.inline.ruler.at("html_inline", spans.placed(html_inline))
    parser.inline.ruler.at("image", spans.placed(image))
    # Rulers sort their rules out when they are first asked, and have none for another thread that asks meanwhile.
    for ruler in (parser.core.ruler, block, parser.inline.ruler, parser.inline.ruler2):
        ruler.getRules("")
    return parser
