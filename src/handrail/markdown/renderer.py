"""Tokens of a page to safe HTML. Blocks carry `data-block`; the player's script adds the buttons."""

import html
from collections.abc import Iterator, MutableMapping, Sequence
from typing import Any

from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

from handrail.markdown.blocks import Block
from handrail.markdown.highlight import highlight
from handrail.markdown.languages import parse_info
from handrail.markdown.parser import Parsed, markdown
from handrail.markdown.quizzes import Quiz
from handrail.markdown.sanitise import RAW_TEXT_TAGS, Slots

_VOID = ("<br", "<hr", "<img")
_DEEPEST = 200


def to_html(parsed: Parsed) -> tuple[str, bool]:
    """(HTML, was the author's HTML whole) of a page that was parsed whole.

    When the HTML hid one of our parts, each piece of it is closed by itself.
    """
    for apart in (False, True):
        slots = Slots()
        renderer = _PageRenderer(slots, apart)
        page = slots.clean(renderer.render(parsed.tokens, markdown().options, {}))
        if page is not None:
            return page, not apart
    raise AssertionError("closed HTML hides no slot")


class _PageRenderer(RendererHTML):
    def __init__(self, slots: Slots, apart: bool) -> None:
        super().__init__()
        self.slots = slots
        self.apart = apart
        self._depth = 0

    def hr_fence(self, tokens: Sequence[Token], idx: int, options: Any, env: MutableMapping[str, Any]) -> str:
        token = tokens[idx]
        language, lines = parse_info(token.info)
        block: Block | None = token.meta.get("block")
        if block and block.action == "execute" and not language:
            language = "bash"
        text = token.content.removesuffix("\n")
        code = f"<pre><code>{highlight(text, language, lines)}</code></pre>"
        if block:
            return self.slots.add(f'<div class="hr-block"{_data(block)}>{code}</div>') + "\n"
        plain = " hr-plain" if token.meta["braces"] else ""
        return self.slots.add(f'<div class="hr-code{plain}">{code}</div>') + "\n"

    def code_block(self, tokens: Sequence[Token], idx: int, options: Any, env: MutableMapping[str, Any]) -> str:
        code = html.escape(tokens[idx].content.removesuffix("\n"))
        return self.slots.add(f'<div class="hr-code"><pre><code>{code}</code></pre></div>') + "\n"

    def hr_span(self, tokens: Sequence[Token], idx: int, options: Any, env: MutableMapping[str, Any]) -> str:
        token = tokens[idx]
        block: Block | None = token.meta.get("block")
        kind = f'class="hr-inline"{_data(block)}' if block else 'class="hr-plain"'
        return self.slots.add(f"<code {kind}>{html.escape(token.content)}</code>")

    def hr_file(self, tokens: Sequence[Token], idx: int, options: Any, env: MutableMapping[str, Any]) -> str:
        block: Block = tokens[idx].meta["block"]
        name = f' data-filename="{html.escape(block.filename)}"' if block.filename else ""
        target = f' data-target="{block.target}"' if block.target else ""
        code = html.escape(block.text.removesuffix("\n"))
        part = f'<div class="hr-block"{_data(block)}{name}{target}><pre><code>{code}</code></pre></div>'
        return self.slots.add(part) + "\n"

    def hr_quiz(self, tokens: Sequence[Token], idx: int, options: Any, env: MutableMapping[str, Any]) -> str:
        # The page puts its form there. Which answers are right stays with the session.
        quiz: Quiz = tokens[idx].meta["quiz"]
        return self.slots.add(f'<div class="hr-quiz" data-quiz="{quiz.id}"></div>') + "\n"

    def html_block(self, tokens: Sequence[Token], idx: int, options: Any, env: MutableMapping[str, Any]) -> str:
        return self._html(tokens[idx].content)

    def html_inline(self, tokens: Sequence[Token], idx: int, options: Any, env: MutableMapping[str, Any]) -> str:
        return self._html(tokens[idx].content)

    def _html(self, content: str) -> str:
        # Elements opened and never closed: an HTML parser's time grows with the square of their depth.
        deeper = _depth(content)
        self._depth = max(0, self._depth + deeper)
        if deeper > _DEEPEST:
            return html.escape(content)
        if self.apart or self._depth > _DEEPEST or _swallows(content):
            return self.slots.clean_fragment(content)
        return content


def _depth(content: str) -> int:
    """Elements opened minus elements closed, roughly."""
    tags = [content[at : at + 4].lower() for at in _finds(content, "<")]
    opened = sum(tag[1:2].isalpha() and not tag.startswith(_VOID) for tag in tags)
    return opened - sum(tag.startswith("</") for tag in tags)


def _finds(text: str, wanted: str) -> Iterator[int]:
    at = text.find(wanted)
    while at >= 0:
        yield at
        at = text.find(wanted, at + 1)


def _swallows(content: str) -> bool:
    lowered = content.lower()
    return "<!" in lowered or any(f"<{tag}" in lowered for tag in RAW_TEXT_TAGS)


def _data(block: Block) -> str:
    terminal = f' data-terminal="{html.escape(block.terminal)}"' if block.terminal else ""
    host = f' data-host="{html.escape(block.host)}"' if block.host else ""
    return f' data-block="{html.escape(block.id)}" data-action="{block.action}"{terminal}{host}'
