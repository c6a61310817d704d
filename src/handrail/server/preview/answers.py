"""What a preview says itself: sentences as small pages, for a frame or a tab; plain text to anything else."""

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
</style></head><body><main><h1>{title}</h1><p>{body}</p>{link}</main></body></html>
"""


def frame_ancestors(frames: str) -> tuple[bytes, bytes]:
    """Lets nobody but the player's page show it in a frame."""
    return b"content-security-policy", f"frame-ancestors {frames}".encode()


def is_navigation(scope: Scope) -> bool:
    """Whether the answer is shown as a page. Browsers say so; what does not, like curl, gets text."""
    return scope["type"] == "http" and header(scope, b"sec-fetch-mode") == [b"navigate"]


def answer(scope: Scope, frames: str, status: int, title: str, body: str, link: str = "") -> Response:
    """A page, or its two sentences. `link`: an address to go on with, in a tab of its own."""
    fields = {
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "content-security-policy": f"default-src 'none'; style-src 'unsafe-inline'; frame-ancestors {frames}",
    }
    if not is_navigation(scope):
        return Response(f"{title}. {body}\n", status, fields, "text/plain")
    further = link and f'<p><a href="{escape(link)}" target="_blank" rel="noopener noreferrer">{escape(link)}</a></p>'
    page = _PAGE.format(title=escape(title), body=escape(body), link=further)
    return Response(page, status, fields, "text/html")
