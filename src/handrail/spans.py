"""The inline rule for code spans: CommonMark's, with the `{{…}}` that may follow the closing backticks.

A line break inside a span stays a line break when the span has an action; CommonMark makes it a blank.
"""

import bisect
from typing import cast

from markdown_it.rules_inline import StateInline

from handrail.actions import find

TOKEN = "hr_span"


def span(state: StateInline, silent: bool) -> bool:
    """Parse a code span at the current position."""
    text = state.src
    start = state.pos
    if text[start] != "`":
        return False
    opened = _run_end(text, start)
    length = opened - start
    closed = _closing(state, opened, length)
    if closed < 0:
        if not silent:
            state.append_pending(text[start:opened])
        state.pos = opened
        return True
    end = closed + length
    braces = find(text, end, state.posMax)
    if not silent:
        content = text[opened:closed]
        if braces is None or braces.tokens.action is None:
            content = content.replace("\n", " ")
        if content.startswith(" ") and content.endswith(" ") and content.strip(" "):
            content = content[1:-1]
        token = state.push(TOKEN if braces else "code_inline", "code", 0)
        token.markup = text[start:opened]
        token.content = content
        if braces:
            token.meta = {"braces": braces, "offset": start, "broken": "\n" in content}
    state.pos = braces.end if braces else end
    return True


def _run_end(text: str, at: int) -> int:
    while at < len(text) and text[at] == "`":
        at += 1
    return at


def _closing(state: StateInline, at: int, length: int) -> int:
    """Offset of the next run of exactly `length` backticks from `at` on, or -1.

    The runs of a paragraph are gathered once, by length: searching anew for each opening run is quadratic.
    """
    runs = cast(dict[int, list[int]], state.backticks)
    if not state.backticksScanned:
        runs.update(_runs(state.src))
        state.backticksScanned = True
    starts = runs.get(length, [])
    low = bisect.bisect_left(starts, at)
    if low < len(starts) and starts[low] + length <= state.posMax:
        return starts[low]
    return -1


def _runs(text: str) -> dict[int, list[int]]:
    runs: dict[int, list[int]] = {}
    at = text.find("`")
    while at >= 0:
        end = _run_end(text, at)
        runs.setdefault(end - at, []).append(at)
        at = text.find("`", end)
    return runs
