"""Asserts that a page's HTML holds nothing but what the allow-list and the player's own parts make."""

import re
from html.parser import HTMLParser

_ELEMENTS = frozenset(
    {"script", "style", "iframe", "object", "embed", "svg", "math", "form", "base", "meta", "link", "textarea"}
)
_ATTRIBUTES = frozenset(
    {
        "href", "title", "target", "rel", "src", "alt", "width", "height", "open", "start", "align", "colspan",
        "rowspan", "style", "class", "type", "name", "value", "autocomplete", "spellcheck", "data-block", "data-action",
        "data-terminal", "data-host", "data-filename", "data-target", "data-quiz", "data-kind", "data-asset",
    }
)  # fmt: skip
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):")
_BLANKS = "".join(map(chr, range(33)))
_BREAKS = {ord(character): None for character in "\t\r\n"}


class _Safe(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.blocks: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag not in _ELEMENTS, tag
        for name, value in attrs:
            assert name in _ATTRIBUTES, (tag, name)
            if name in ("href", "src"):
                # As a browser reads it: blanks before it and breaks inside do not count.
                scheme = _SCHEME.match((value or "").lstrip(_BLANKS).translate(_BREAKS).lower())
                assert scheme is None or scheme[1] in ("http", "https", "mailto"), value
            if name == "class":
                assert "hr-" not in (value or "") or any(key.startswith("data-") for key, _ in attrs) or (
                    value in ("hr-code", "hr-code hr-plain", "hr-plain")
                ), value  # fmt: skip
            if name == "data-block":
                self.blocks.append(value or "")


def blocks_of_safe(page: str) -> list[str]:
    """The ids of the blocks on a page. Raises `AssertionError` when something on it is not safe."""
    parser = _Safe()
    parser.feed(page)
    parser.close()
    return parser.blocks
