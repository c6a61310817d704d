"""A sentence or two as a small page of its own, where a person would else see bare text."""

from collections.abc import Iterable
from html import escape

from starlette.responses import Response
from starlette.types import Scope

from handrail.server.guard import header

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title><style>
:root {{ color-scheme: light dark; font: 16px/1.6 system-ui, sans-serif; }}
main {{ max-width: 60ch; margin: 14vh auto; padding: 0 24px; }}
h1 {{ font-size: 20px; }}
</style></head><body><main><h1>{title}</h1><p>{body}</p>{links}</main></body></html>
"""


def is_navigation(scope: Scope) -> bool:
    """Whether the answer is shown as a page. Browsers say so; what does not, like curl, gets text."""
    return scope["type"] == "http" and header(scope, b"sec-fetch-mode") == [b"navigate"]


def plain_page(
    status: int, title: str, body: str, links: Iterable[str] = (), headers: dict[str, str] | None = None
) -> Response:
    """The page. `links`: HTML of the ways on."""
    text = _PAGE.format(title=escape(title), body=escape(body), links="".join(f"<p>{link}</p>" for link in links))
    return Response(text, status, headers, "text/html")
