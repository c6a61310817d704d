"""The inline rule for code spans: CommonMark's, with the `{{…}}` that may follow the closing backticks.

A line break inside a span stays a line break when the span has an action; CommonMark makes it a blank.
"""

import bisect
from array import array
from collections.abc import Callable, Iterator
from typing import cast

from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from handrail.markdown.actions import find, near_miss

TOKEN = "hr_span"


def span(state: StateInline, silent: bool) -> bool:
    """Parse a code span at the current position."""
    text = state.src
    start = state.pos
    if text[start] != "`":
        return False
    if not state.backticksScanned:
        cast("dict[int, array[int]]", state.backticks).update(_runs(text))
        state.backticksScanned = True
    runs = cast("dict[int, array[int]]", state.backticks)
    opened = _run_end(text, start)
    closed = _closing(runs, opened, opened - start, state.posMax)
    if closed < 0:
        if not silent:
            state.append_pending(text[start:opened])
        state.pos = opened
        return True
    made, state.pos = _token(text, start, opened, closed, state.posMax)
    if not silent:
        token = state.push(made.type, "code", 0)
        token.markup, token.content, token.meta = made.markup, made.content, made.meta
    return True


def placed(rule: Callable[[StateInline, bool], bool]) -> Callable[[StateInline, bool], bool]:
    """The rule, with the offset at which its token begins in `meta["offset"]`."""

    def at_its_place(state: StateInline, silent: bool) -> bool:
        offset = state.pos
        if not rule(state, silent):
            return False
        if not silent:
            state.tokens[-1].meta["offset"] = offset
        return True

    return at_its_place


def scan(text: str) -> Iterator[Token]:
    """The code spans of a paragraph that holds no HTML, link or picture: what the whole inline parser would find."""
    runs = _runs(text)
    at = text.find("`")
    escape = text.find("\\")
    while at >= 0:
        while 0 <= escape < at - 1:
            escape = text.find("\\", escape + 2)
        if escape == at - 1 and escape >= 0:
            # An escaped backtick is text; a run that follows it opens a span of its own.
            escape = text.find("\\", at + 1)
            at = text.find("`", at + 1)
            continue
        opened = _run_end(text, at)
        closed = _closing(runs, opened, opened - at, len(text))
        end = opened
        if closed >= 0:
            token, end = _token(text, at, opened, closed, len(text))
            yield token
        if escape < end:
            escape = text.find("\\", end)
        at = text.find("`", end)


def outside(text: str) -> Iterator[int]:
    """Offsets of the `{{` of an inline text that stand in no code span, nor are the braces of one."""
    at = 0
    for start, end in extents(text):
        yield from _opening_braces(text, at, start)
        at = end
    yield from _opening_braces(text, at, len(text))


def extents(text: str) -> Iterator[tuple[int, int]]:
    """Where the code spans of an inline text begin and, their braces included, end."""
    runs = _runs(text)
    at = text.find("`")
    while at >= 0:
        opened = _run_end(text, at)
        closed = -1 if _is_escaped(text, at) else _closing(runs, opened, opened - at, len(text))
        end = opened
        if closed >= 0:
            end = closed + opened - at
            braces = find(text, end)
            end = braces.end if braces else end
            yield at, end
        elif _is_escaped(text, at):
            end = at + 1
        at = text.find("`", end)


def _is_escaped(text: str, at: int) -> bool:
    before = at
    while before > 0 and text[before - 1] == "\\":
        before -= 1
    return (at - before) % 2 == 1


def _opening_braces(text: str, start: int, end: int) -> Iterator[int]:
    at = text.find("{{", start, end)
    while at >= 0:
        if not _is_escaped(text, at):
            yield at
        at = text.find("{{", at + 2, end)


def _token(text: str, start: int, opened: int, closed: int, stop: int) -> tuple[Token, int]:
    """The span between `opened` and `closed`, and the offset after it and its braces."""
    end = closed + opened - start
    braces = find(text, end, stop)
    content = text[opened:closed]
    if braces is None or braces.tokens.action is None:
        content = content.replace("\n", " ")
    if content.startswith(" ") and content.endswith(" ") and content.strip(" "):
        content = content[1:-1]
    token = Token(TOKEN if braces else "code_inline", "code", 0)
    token.markup, token.content = text[start:opened], content
    if braces:
        token.meta = {"braces": braces, "offset": start, "broken": "\n" in content}
    elif end < stop and text[end] == "{" and (near := near_miss(text, end, stop)):
        token.meta = {"near": near, "offset": end}
    return token, (braces.end if braces else end)


def _run_end(text: str, at: int) -> int:
    while at < len(text) and text[at] == "`":
        at += 1
    return at


def _closing(runs: "dict[int, array[int]]", at: int, length: int, stop: int) -> int:
    """Offset of the next run of exactly `length` backticks from `at` on that ends by `stop`, or -1.

    The runs of a paragraph are gathered once, by length: searching anew for each opening run is quadratic.
    """
    starts = runs.get(length, ())
    low = bisect.bisect_left(starts, at)
    if low < len(starts) and starts[low] + length <= stop:
        return starts[low]
    return -1


def _runs(text: str) -> "dict[int, array[int]]":
    runs: dict[int, array[int]] = {}
    at = text.find("`")
    while at >= 0:
        end = _run_end(text, at)
        runs.setdefault(end - at, array("I")).append(at)
        at = text.find("`", end)
    return runs
