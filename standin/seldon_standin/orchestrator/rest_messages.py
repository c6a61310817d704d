"""A REST message on its way between client and components, and what goes wrong with one."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

from . import gojson
from .walk import CallFailed


@dataclass(frozen=True, slots=True)
class Payload:
    body: bytes
    content_type: str
    encoding: str = ""

    def unpacked(self) -> bytes:
        """The body without gzip. Raises ValueError where it is none."""
        if self.encoding != "gzip":
            return self.body
        try:
            return zlib.decompress(self.body, wbits=31)
        except zlib.error:
            raise ValueError("gzip: invalid header") from None


class RestCallFailed(CallFailed):
    """`payload` is what the client gets to see, None for the orchestrator's own error form; `status` is HTTP's."""

    def __init__(self, text: str, status: int = 500, payload: Payload | None = None) -> None:
        super().__init__(text)
        self.status = status
        self.payload = payload


def error_body(text: str) -> bytes:
    """The error form of the original's own."""
    return f'{{"status":{{"code":500,"info":{gojson.quote(text)},"status":"FAILURE"}}}}'.encode(
        "utf-8", "surrogateescape"
    )
