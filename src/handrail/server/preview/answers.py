"""What a preview says itself: sentences as small pages, for a frame or a tab; plain text to anything else."""

from html import escape

from starlette.responses import Response
from starlette.types import Scope

from handrail.server.plain_page import is_navigation, plain_page


def frame_ancestors(frames: str) -> tuple[bytes, bytes]:
    """Lets nobody but the player's page show it in a frame."""
    return b"content-security-policy", f"frame-ancestors {frames}".encode()


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
    further = [f'<a href="{escape(link)}" target="_blank" rel="noopener noreferrer">{escape(link)}</a>'] if link else []
    return plain_page(status, title, body, further, fields)
