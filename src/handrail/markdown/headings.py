"""Headings: the block rule, which is CommonMark's and `#Title` without the blank, which Katacoda's pages rely on; and
the title that a page gets from them."""

from collections.abc import Iterator

from markdown_it.rules_block import StateBlock
from markdown_it.token import Token

from handrail.markdown import spans
from handrail.markdown.notes import Note

_LOOK_AHEAD = 50
"""Lines of a paragraph in which a code span is looked for."""


def tight_heading(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Parse `#Title`: up to six `#` directly followed by a letter."""
    at = state.bMarks[start] + state.tShift[start]
    stop = state.eMarks[start]
    if at >= stop or state.src[at] != "#" or state.is_code_block(start):
        return False
    after = state.skipCharsStr(at, "#")
    level = after - at
    if level > 6 or after >= stop or not state.src[after].isalpha():
        return False
    if silent:
        # Asked whether it ends the paragraph before it: not inside a code span, where CommonMark sees no heading.
        return not _in_span(state, start, end)
    state.line = start + 1
    opening = state.push("heading_open", f"h{level}", 1)
    opening.markup, opening.map = "#" * level, [start, start + 1]
    opening.meta = {"notes": [Note("heading-tight", start)]}
    token = state.push("inline", "", 0)
    token.content, token.map, token.children = state.src[after:stop].strip(), [start, start + 1], []
    state.push("heading_close", f"h{level}", -1).markup = "#" * level
    return True


def _in_span(state: StateBlock, line: int, end: int) -> bool:
    """Does a code span of the paragraph that begins at `state.line` go over the beginning of `line`?"""
    first = state.line
    if not first < line <= first + _LOOK_AHEAD:
        return False
    last = line
    while last < min(end, line + _LOOK_AHEAD) and not state.isEmpty(last):
        last += 1
    before = state.getLines(first, line, state.blkIndent, False)
    if "`" not in before:
        return False
    offset = len(before) + 1
    text = f"{before}\n{state.getLines(line, last, state.blkIndent, False)}"
    return any(start < offset < stop for start, stop in spans.extents(text))


def title(tokens: list[Token]) -> str | None:
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
