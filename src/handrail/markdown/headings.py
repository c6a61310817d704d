"""The block rule for headings: CommonMark's, and `#Title` without the blank, which Katacoda's pages rely on."""

from markdown_it.rules_block import StateBlock

from handrail.markdown.notes import Note


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
        return True
    state.line = start + 1
    opening = state.push("heading_open", f"h{level}", 1)
    opening.markup, opening.map = "#" * level, [start, start + 1]
    opening.meta = {"notes": [Note("heading-tight", start)]}
    token = state.push("inline", "", 0)
    token.content, token.map, token.children = state.src[after:stop].strip(), [start, start + 1], []
    state.push("heading_close", f"h{level}", -1).markup = "#" * level
    return True
