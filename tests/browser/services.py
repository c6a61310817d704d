"""Services for previews: one that answers with what a test gives it, page by page."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager

from ..web_server import Quiet, serving

Page = tuple[int, dict[str, str], str]


def pages(answers: Mapping[str, str | Page], port: int = 0) -> AbstractContextManager[int]:
    """Serves these pages by path: HTML, or (status, headers, HTML). Gives its port."""

    class Pages(Quiet):
        def do_GET(self) -> None:
            answer = answers.get(self.path, (404, {}, "nothing here"))
            status, fields, text = (200, {}, answer) if isinstance(answer, str) else answer
            self.send_response(status)
            for name, value in {"Content-Type": "text/html; charset=utf-8", **fields}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(text.encode())

    return serving(Pages, port=port)
