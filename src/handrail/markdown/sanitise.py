"""Makes a page's HTML safe: what the author wrote goes through an allow-list, what we made is put in afterwards.

Author's HTML can therefore never carry `data-block`, a class of ours, an id, a script, an event handler or a
`javascript:` address. Our parts stand in the page as slots while it is cleaned: a random word that the author
cannot know, followed by a number. A slot inside an attribute is refused, so a part of ours only ever replaces text.
"""

import html
import secrets
from urllib.parse import unquote

import nh3

TAGS = {
    "a", "abbr", "b", "blockquote", "br", "center", "cite", "code", "dd", "del", "details", "dfn", "div", "dl", "dt",
    "em", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "kbd", "li", "mark",
    "ol", "p", "pre", "q", "s", "samp", "small", "span", "strong", "sub", "summary", "sup", "table", "tbody", "td",
    "tfoot", "th", "thead", "tr", "tt", "u", "ul", "var",
}  # fmt: skip
_ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "title", "width", "height"},
    "details": {"open"},
    "ol": {"start"},
    "td": {"align", "colspan", "rowspan", "style"},
    "th": {"align", "colspan", "rowspan", "style"},
    "p": {"align"},
    "div": {"align"},
}
RAW_TEXT_TAGS = (
    "script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes", "noscript", "plaintext",
    "template", "svg", "math", "select", "object", "embed", "frameset",
)  # fmt: skip
"""Elements whose content a browser reads differently: on their own they would swallow the rest of the page."""


class Slots:
    """The parts of a page that are ours. `add` returns what stands for a part until `fill` puts it in."""

    def __init__(self) -> None:
        self._word = f"slot{secrets.token_hex(12)}x"
        self._parts: list[str] = []

    def add(self, part: str) -> str:
        self._parts.append(part)
        return f"{self._word}{len(self._parts) - 1};"

    def clean(self, page: str) -> str | None:
        """The safe page with every part in its place; None when a part was lost in the author's HTML."""
        pictures: list[str] = []
        cleaned = nh3.clean(
            page,
            tags=TAGS,
            attributes=_ATTRIBUTES,
            url_schemes={"http", "https", "mailto"},
            link_rel="noopener noreferrer",
            set_tag_attribute_values={"a": {"target": "_blank"}},
            filter_style_properties={"text-align"},
            attribute_filter=lambda tag, name, value: self._attribute(tag, name, value, pictures),
        )
        return self._fill(cleaned, pictures)

    def clean_fragment(self, fragment: str) -> str:
        """A piece of the author's HTML, cleaned and closed by itself."""
        return nh3.clean(fragment, tags=TAGS, attributes=_ATTRIBUTES, url_schemes={"http", "https", "mailto"})

    def _attribute(self, tag: str, name: str, value: str, pictures: list[str]) -> str | None:
        if self._word in value:
            return None
        if tag == "img" and name == "src":
            if value.lower().startswith(("http://", "https://")):
                return value
            if value.startswith("//") or ":" in value.split("/")[0]:
                return None
            pictures.append(value)
            return f"{self._word}p{len(pictures) - 1};"
        return value

    def _fill(self, cleaned: str, pictures: list[str]) -> str | None:
        first, *rest = cleaned.split(self._word)
        made = [first]
        seen = 0
        for piece in rest:
            number, _, after = piece.partition(";")
            if number.startswith("p"):
                # src="…" becomes data-asset="…": the player fetches the picture itself.
                made[-1] = made[-1].removesuffix('src="') + 'data-asset="'
                made.append(html.escape(unquote(pictures[int(number[1:])])))
            else:
                made.append(self._parts[int(number)])
                seen += 1
            made.append(after)
        return "".join(made) if seen == len(self._parts) else None
