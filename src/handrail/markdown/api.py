"""A page's text to HTML, blocks, quizzes and problems: one tree for the player, the runner and the linter."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from markdown_it.token import Token

from handrail.markdown import spans
from handrail.markdown.actions import Block, Directives
from handrail.markdown.file_blocks import MarkerMissing, apply_file_action
from handrail.markdown.parser import Parsed, parse
from handrail.markdown.placeholders import substitute
from handrail.markdown.quizzes import Choice, Quiz
from handrail.markdown.renderer import to_html
from handrail.problems import Problem

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


def render(text: str, page_id: str, *, path: str = "", placeholders: Mapping[str, str] | None = None) -> Rendered:
    """Render a page. `path` is its name in problems; `placeholders` as for `placeholders.substitute`.

    Never raises, whatever the text. Local pictures become `<img data-asset="as written">`: `images.find_image`
    says which file that is.
    """
    parsed = parse(substitute(text, placeholders or {}), page_id, path, whole=True)
    page, whole = to_html(parsed)
    problems = parsed.problems
    if not whole:
        problems = (*problems, Problem.of("html-tangled", path))
    return Rendered(page, parsed.blocks, parsed.quizzes, problems, _title(parsed.tokens))


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
