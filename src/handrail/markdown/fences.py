"""The block rule for fenced code: CommonMark's, and what ten years of scenarios wrote in its place.

CommonMark allows only blanks after a closing fence, so a stock parser runs past ```` ```{{exec}} ```` to the next
bare fence or the end of the page. Also accepted, each noted for the linter: text after the braces; blanks before
them; the closing fence at the end of the last line of content; a shorter closing fence with braces; braces on the
opening fence; a first command on the opening fence; an indent of four and more; lines that stand further left than
the list item they belong to. The indent of the opening fence is removed from every line, or heredocs break.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from markdown_it.rules_block import StateBlock

from handrail.markdown.actions import Braces, find, near_end, near_miss
from handrail.markdown.languages import is_language
from handrail.markdown.notes import Note, near

TOKEN = "hr_fence"
_OPENING = re.compile(r"\s{0,3}[A-Za-z][\w+#.-]{0,30}\s{0,3}(?:\{[^{}]{0,80}\})?\s*")
"""What follows the marks of a fence that is opened: the name of a language, and perhaps which lines to highlight."""


@dataclass(frozen=True)
class Closing:
    """Where a fence ends. `content_end`: offset on that line up to which it is still content (one-line closing)."""

    line: int
    braces: Braces | None
    content_end: int | None = None
    shorter: bool = False
    trailing: str = ""
    near: tuple[str, str] | None = None
    """What stands in place of its braces, and what was meant."""


def fence(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Parse a fenced block that begins on line `start`."""
    at = state.bMarks[start] + state.tShift[start]
    stop = state.eMarks[start]
    if at + 3 > stop or state.src[at] not in "`~":
        return False
    marker = state.src[at]
    after = state.skipCharsStr(at, marker)
    length = after - at
    if length < 3:
        return False
    info = state.src[after:stop]
    opening = find(state.src, after, stop) or _braces_in(info, after, state.src, stop)
    if marker == "`" and "`" in info:
        return False
    deep = state.is_code_block(start)
    if deep and silent:
        return False
    closing = _find_closing(state, start, end, marker, length, info)
    if deep and (closing is None or closing.braces is None):
        return False
    if silent:
        return True
    _push(state, start, end, marker, length, info, opening, closing)
    return True


def _braces_in(info: str, after: int, text: str, stop: int) -> Braces | None:
    """Braces after the language on the opening fence."""
    at = info.find("{{")
    return find(text, after + at, stop) if at >= 0 else None


def _push(
    state: StateBlock,
    start: int,
    end: int,
    marker: str,
    length: int,
    info: str,
    opening: Braces | None,
    closing: Closing | None,
) -> None:
    notes: list[Note] = []
    braces = closing.braces if closing else None
    if closing is None:
        last = _container_end(state, start, end)
        state.line = last
        if last > start:
            notes.append(Note("fence-unclosed", start))
        content = state.getLines(start + 1, last, state.sCount[start], True)
        notes += _near_misses(content, marker * length, start)
        if content and not content.endswith("\n"):
            content += "\n"
    else:
        last = closing.line
        state.line = closing.line + 1
        content = state.getLines(start + 1, closing.line, state.sCount[start], True)
        notes += _near_misses(content, marker * length, start) or _opened_inside(content, marker * length, start)
        if closing.content_end is not None:
            line = state.getLines(closing.line, closing.line + 1, state.sCount[start], False)
            cut = state.eMarks[closing.line] - closing.content_end
            content += line[: len(line) - cut] + "\n"
            notes.append(Note("fence-not-alone", closing.line))
        notes += _closing_notes(closing)
    if opening is not None:
        notes.append(Note("action-on-opening-fence", start, at=opening.raw))
        cut = info.find("{{")
        info = info[:cut]
        if braces is None and closing is not None:
            braces = opening
    elif closing is not None and closing.content_end is not None and _is_command(info):
        # ```az functionapp create \      the code begins on the opening fence
        content = info.strip() + "\n" + content
        info = ""
        notes.append(Note("code-on-opening-fence", start))
    token = state.push(TOKEN, "code", 0)
    token.info = info.strip()
    token.content = content
    token.markup = marker * length
    token.map = [start, state.line]
    column = braces.at - (state.src.rfind("\n", 0, braces.at) + 1) if braces else 0
    token.meta = {
        "braces": braces,
        "braces_line": start if braces is opening else last,
        "braces_column": column,
        "notes": notes,
    }


def _closing_notes(closing: Closing) -> Iterator[Note]:
    """The notes on a line that closes a fence, yet not as it should."""
    if closing.shorter:
        yield Note("fence-shorter", closing.line)
    if closing.near:
        yield near(closing.line, *closing.near)
    if closing.trailing:
        trailing = closing.trailing
        yield Note("fence-not-alone", closing.line, "trailing", {"text": trailing}, trailing)


def _near_misses(content: str, marks: str, start: int) -> list[Note]:
    """The notes on the lines that would close the fence of line `start` if what follows the marks were an action."""
    if marks + "{" not in content:
        return []
    lines = enumerate(content.split("\n"), start + 1)
    rests = ((number, line.lstrip().lstrip(marks[0])) for number, line in lines if line.lstrip().startswith(marks))
    return [near(number, *found) for number, rest in rests if (found := near_miss(rest, 0))]


def _opened_inside(content: str, marks: str, start: int) -> list[Note]:
    """The note on the first line that would open a fence as long as the one around it, which is on line `start`.

    Far right of the fence it would not: there stand the fences of, for one, a docstring.
    """
    if marks not in content:
        return []
    for number, line in enumerate(content.split("\n"), start + 1):
        text = line.lstrip(" ")
        if len(line) - len(text) < 4 and text.startswith(marks) and _OPENING.fullmatch(text.lstrip(marks[0])):
            return [Note("fence-unclosed", number, "inside", {"opened": start + 1})]
    return []


def _is_command(info: str) -> bool:
    words = info.split()
    return len(words) > 1 or (len(words) == 1 and not is_language(words[0]))


def _container_end(state: StateBlock, start: int, end: int) -> int:
    """First line after an unclosed fence: the end of the list item it stands in, or of the page."""
    line = start + 1
    while line < end:
        if state.bMarks[line] + state.tShift[line] < state.eMarks[line] and (state.sCount[line] < state.blkIndent):
            break
        line += 1
    return line


def _find_closing(state: StateBlock, start: int, end: int, marker: str, length: int, info: str) -> Closing | None:
    """The line that closes the fence of `start`; None when it is never closed.

    A search that failed once is remembered for its container: without that, a page of opening fences alone would
    be read once for each of them.
    """
    failed: dict[tuple[str, int, int], int] = state.env.setdefault("handrail_unclosed", {})
    key = (marker, end, state.blkIndent)
    if failed.get(key, length + 1) <= length:
        return None
    outside = inner = False
    for line in range(start + 1, end):
        at = state.bMarks[line] + state.tShift[line]
        stop = state.eMarks[line]
        if at >= stop:
            continue
        if state.sCount[line] < state.blkIndent:
            # Left of the list item. CommonMark ends the item here; a heredoc in the middle of a block does not.
            outside = True
            closing = _closing(state, line, at, stop, marker, length)
            if closing and closing.braces and closing.braces.tokens.action and not closing.shorter:
                return closing
            if state.src[at] in "`~" and state.src.startswith(state.src[at] * 3, at):
                break
            if state.blkIndent == 0 or line - start > 400:
                break
            continue
        closing = _closing(state, line, at, stop, marker, length)
        if closing is None:
            # A shorter fence inside a longer one: a page about pages. Its own closing fence may have braces.
            inner = inner != (length > 3 and state.src.startswith(marker * 3, at))
            continue
        if closing.shorter and inner:
            inner = False
            continue
        if outside and closing.braces is None:
            break
        return closing
    if not outside:
        failed[key] = min(length, failed.get(key, length))
    return None


def _closing(state: StateBlock, line: int, at: int, stop: int, marker: str, length: int) -> Closing | None:
    text = state.src
    if text[at] == marker:
        after = state.skipCharsStr(at, marker)
        run = after - at
        if run >= 3:
            braces = find(text, after, stop)
            blank = state.skipSpaces(after) >= stop
            # Far right of the fence it is content, unless braces say otherwise.
            beside = state.sCount[line] - state.blkIndent < 4
            if run >= length and ((blank and beside) or braces):
                trailing = text[braces.end : stop].strip() if braces else ""
                return Closing(line, braces, trailing=trailing)
            if braces and braces.tokens.action:
                return Closing(line, braces, shorter=True, trailing=text[braces.end : stop].strip())
            if run >= length and beside and (slip := near_end(text, after, stop)):
                return Closing(line, None, near=slip)
            return None
    # The closing fence at the end of the last line of content:  rm -r roles/```{{execute}}
    fence_at = text.rfind(marker * length, at + 1, stop)
    if fence_at < 0:
        return None
    after = state.skipCharsStr(fence_at, marker)
    braces = find(text, after, stop)
    if braces is None or braces.tokens.action is None:
        return None
    while text[fence_at - 1] == marker:
        fence_at -= 1
    if text[braces.end : stop].strip() or text.find(marker * length, at, fence_at) >= 0:
        return None
    return Closing(line, braces, content_end=fence_at)
