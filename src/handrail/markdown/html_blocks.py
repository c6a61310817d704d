"""The block rule for raw HTML: CommonMark's, but Markdown inside `<details>` works and a fence ends an HTML block.

Authors write `<details><summary>Solution</summary>` and go on with Markdown on the next line, or put a fence right
under `<br>`. By CommonMark all of that would be HTML up to the next blank line.
"""

from markdown_it.rules_block import StateBlock
from markdown_it.rules_block.html_block import html_block as commonmark_html_block

_ENDS_AT_A_MARK = ("<!", "<?", "<script", "<pre", "<style", "<textarea")
_VOID_LINES = ("<br>", "<br/>", "<br />", "<hr>", "<hr/>", "<hr />")


def html_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Parse an HTML block that begins on line `start`."""
    at = state.bMarks[start] + state.tShift[start]
    stop = state.eMarks[start]
    if at >= stop or state.src[at] != "<" or state.is_code_block(start):
        return False
    line = state.src[at:stop].rstrip()
    lowered = line[:12].lower()
    if lowered.startswith(("<details", "</details", "<summary")) and _disclosure(state, start, line, silent):
        return True
    if lowered in _VOID_LINES and not silent:
        _push(state, line + "\n", start)
        state.line = start + 1
        return True
    if not silent and not lowered.startswith(_ENDS_AT_A_MARK):
        end = _before_fence(state, start, end)
    return commonmark_html_block(state, start, end, silent)


def _before_fence(state: StateBlock, start: int, end: int) -> int:
    """The first line after `start` that opens a fence or is blank; HTML of this kind goes no further.

    It is the same for every line up to there. What begins with `<` need not be HTML, so it may be asked on each.
    """
    known: dict[tuple[int, int, int], tuple[int, int]] = state.env.setdefault("handrail_html_ends", {})
    key = (state.level, state.blkIndent, end)
    first, stop = known.get(key, (0, 0))
    if not first <= start < stop:
        first, stop = start, _fence_or_blank(state, start, end)
        known[key] = (first, stop)
    return stop


def _fence_or_blank(state: StateBlock, start: int, end: int) -> int:
    for line in range(start + 1, end):
        at = state.bMarks[line] + state.tShift[line]
        if at >= state.eMarks[line]:
            return line
        if state.src.startswith(("```", "~~~"), at) and not state.is_code_block(line):
            return line
    return end


def _disclosure(state: StateBlock, start: int, line: str, silent: bool) -> bool:
    """A line of `<details>`, `<summary>…</summary>`, `</details>`: tags are HTML, all else is Markdown."""
    pieces = _pieces(line)
    if pieces is None:
        return False
    if silent:
        return True
    for is_tag, text in pieces:
        if is_tag:
            _push(state, text, start)
        else:
            _inline(state, text, start)
    state.line = start + 1
    return True


def _pieces(line: str) -> list[tuple[bool, str]] | None:
    """(is it a tag, text) for a line made of the three tags and text; None when a tag does not end on the line."""
    pieces: list[tuple[bool, str]] = []
    at = 0
    while at < len(line):
        opened = _next_tag(line, at)
        if opened < 0:
            break
        closed = line.find(">", opened)
        if closed < 0:
            return None
        if line[at:opened].strip():
            pieces.append((False, line[at:opened].strip()))
        pieces.append((True, line[opened : closed + 1]))
        at = closed + 1
    if line[at:].strip():
        pieces.append((False, line[at:].strip()))
    opens = sum(text[:8].lower() == "<summary" for is_tag, text in pieces if is_tag)
    closes = sum(text[:9].lower() == "</summary" for is_tag, text in pieces if is_tag)
    return pieces if opens == closes else None


def _next_tag(line: str, at: int) -> int:
    while True:
        at = line.find("<", at)
        if at < 0:
            return -1
        name = line[at + 1 : at + 10].lower().lstrip("/")
        if name.startswith(("details", "summary")):
            return at
        at += 1


def _push(state: StateBlock, text: str, line: int) -> None:
    token = state.push("html_block", "", 0)
    token.content, token.map = text, [line, line + 1]


def _inline(state: StateBlock, text: str, line: int) -> None:
    token = state.push("inline", "", 0)
    token.content, token.map, token.children = text, [line, line + 1], []
