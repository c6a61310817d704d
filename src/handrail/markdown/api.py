"""A page's text to HTML, blocks, quizzes and problems: one tree for the player, the runner and the linter.

The parser is imported with the first page, for the player answers before it reads one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from handrail.markdown.blocks import Block, Directives
from handrail.markdown.file_actions import MarkerMissing, apply_file_action
from handrail.markdown.placeholders import substitute
from handrail.markdown.quizzes import Choice, Quiz
from handrail.problems import Problem

if TYPE_CHECKING:
    from handrail.markdown.parser import Parsed

__all__ = [
    "Block",
    "Choice",
    "Directives",
    "MarkerMissing",
    "Parsed",
    "Quiz",
    "Rendered",
    "apply_file_action",
    "parse",
    "render",
]


@dataclass(frozen=True)
class Rendered:
    """A page ready to show. `title` is its first heading."""

    html: str = field(repr=False)
    blocks: tuple[Block, ...]
    quizzes: tuple[Quiz, ...]
    problems: tuple[Problem, ...]
    title: str | None


def parse(text: str, page_id: str, path: str = "", *, whole: bool = False) -> Parsed:
    """Parse a page. Never raises, whatever the text. `whole`: HTML is to be made of it."""
    from handrail.markdown import parser

    return parser.parse(text, page_id, path, whole=whole)


def render(text: str, page_id: str, *, path: str = "", placeholders: Mapping[str, str] | None = None) -> Rendered:
    """Render a page. `path` is its name in problems; `placeholders` as for `placeholders.substitute`.

    Never raises, whatever the text. Local pictures become `<img data-asset="as written">`: `images.find_image`
    says which file that is.
    """
    from handrail.markdown.headings import title
    from handrail.markdown.renderer import to_html

    parsed = parse(substitute(text, placeholders or {}), page_id, path, whole=True)
    page, whole = to_html(parsed)
    problems = parsed.problems
    if not whole:
        problems = (*problems, Problem.of("html-tangled", path))
    return Rendered(page, parsed.blocks, parsed.quizzes, problems, title(parsed.tokens))
