"""Asserts that a page's HTML holds nothing but what the allow-list and the player's own parts make."""

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


class _Safe(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.blocks: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag not in _ELEMENTS, tag
        for name, value in attrs:
            assert name in _ATTRIBUTES, (tag, name)
            if name in ("href", "src"):
                scheme = (value or "").partition(":")[0].strip().lower()
                assert scheme in ("http", "https", "mailto") or ":" not in (value or "").split("/")[0], value
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
