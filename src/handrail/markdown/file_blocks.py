"""`<pre class="file" …>`: a box to copy, or an edit of a file, which `file_actions` makes: the block rule."""

import html
from html.parser import HTMLParser
from typing import Literal, cast

from markdown_it.rules_block import StateBlock

from handrail.markdown.notes import Note

TOKEN = "hr_file"
_TARGETS = ("replace", "append", "prepend", "insert")


def file_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Parse a `<pre class="file">` element that begins on line `start`."""
    at = state.bMarks[start] + state.tShift[start]
    if state.src[at : at + 4].lower() != "<pre" or state.is_code_block(start):
        return False
    opened = _tag_end(state.src, at, state.eMarks[min(start + 8, end - 1)])
    if opened < 0:
        return False
    attributes = _attributes(state.src[at:opened])
    if "file" not in (attributes.get("class") or "").split():
        return False
    if silent:
        return True
    last, closed = _closing_line(state, start, end)
    text = state.getLines(start, last + 1 if closed else last, state.blkIndent, False)
    text = text[_tag_end(text, text.find("<"), len(text)) :]
    rest = ""
    if closed:
        cut = text.lower().rfind("</pre>")
        text, rest = text[:cut], text[cut + 6 :].strip()
    state.line = last + 1 if closed else last
    token = state.push(TOKEN, "pre", 0)
    token.content = _content(text)
    token.map = [start, state.line]
    token.meta = {
        "filename": attributes.get("data-filename"),
        "target": _target(attributes.get("data-target")),
        "marker": attributes.get("data-marker"),
        "notes": [] if closed else [Note("pre-unclosed", start)],
    }
    if rest:
        _paragraph(state, rest, last)
    return True


def _target(value: str | None) -> Literal["replace", "append", "prepend", "insert"] | None:
    if value in _TARGETS:
        return cast(Literal["replace", "append", "prepend", "insert"], value)
    return None


def _content(text: str) -> str:
    """What a browser would show: the first line break is not content, entities are characters."""
    text = text.removeprefix("\n")
    stripped = text.strip()
    if stripped.startswith("<code") and stripped.endswith("</code>"):
        text = stripped[stripped.find(">") + 1 : -7].removeprefix("\n")
    return html.unescape(text)


def _closing_line(state: StateBlock, start: int, end: int) -> tuple[int, bool]:
    """The line that holds `</pre>`, or the first line after the container."""
    for line in range(start, end):
        text = state.src[state.bMarks[line] : state.eMarks[line]]
        if line > start and state.sCount[line] < state.blkIndent and text.strip() and not state.blkIndent:
            return line, False
        if "</pre>" in text.lower():
            return line, True
    return end, False


def _tag_end(text: str, at: int, stop: int) -> int:
    """Offset after the `>` of the tag that begins at `at`, quotes respected; -1 when there is none."""
    quote = ""
    while at < stop:
        char = text[at]
        if quote:
            quote = "" if char == quote else quote
        elif char in "\"'":
            quote = char
        elif char == ">":
            return at + 1
        at += 1
    return -1


class _Tag(HTMLParser):
    attributes: dict[str, str | None]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes = dict(attrs)


def _attributes(tag: str) -> dict[str, str | None]:
    parser = _Tag()
    parser.attributes = {}
    parser.feed(tag)
    return parser.attributes


def _paragraph(state: StateBlock, text: str, line: int) -> None:
    state.push("paragraph_open", "p", 1).map = [line, line + 1]
    token = state.push("inline", "", 0)
    token.content, token.map, token.children = text, [line, line + 1], []
    state.push("paragraph_close", "p", -1)
