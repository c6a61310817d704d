"""A recording of the first terminal as asciicast (version 2), to be played by asciinema."""

from __future__ import annotations

import codecs
import json
import time
from pathlib import Path
from typing import TextIO

from handrail.terminal.replay import Attachment


class Cast:
    """Writes what an attachment gives to `path`, with the time of each piece."""

    def __init__(self, path: Path, columns: int, lines: int, title: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._stream: TextIO = path.open("w", encoding="utf-8")
        self._began = time.monotonic()
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        header = {"version": 2, "width": columns, "height": lines, "timestamp": int(time.time()), "title": title}
        self._stream.write(json.dumps(header) + "\n")

    async def record(self, attachment: Attachment) -> None:
        """Record until the terminal is closed."""
        received = 0
        try:
            async for _, data in attachment:
                received += len(data)
                attachment.ack(received)
                text = self._decoder.decode(data)
                self._stream.write(json.dumps([round(time.monotonic() - self._began, 6), "o", text]) + "\n")
        finally:
            self._stream.close()
