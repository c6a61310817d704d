"""For programs: TAP (version 14) and JSON lines."""

from __future__ import annotations

import json
from typing import Any, TextIO

from handrail.session.events import Event


class Tap:
    """Test Anything Protocol: the plan first, a line for each item, diagnostics below a failure."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._numbers: dict[str, int] = {}

    def handle(self, event: Event) -> None:
        """Write the event's lines."""
        data = event.data
        if event.kind == "plan":
            self._numbers = {item["id"]: number for number, item in enumerate(data["items"], 1)}
            self._write("TAP version 14", f"1..{len(self._numbers)}")
        elif event.kind == "item-end":
            self._item(dict(data))
        elif event.kind == "note":
            self._write(*(f"# {line}" for line in data["message"].splitlines()))
        elif event.kind == "end" and not data["ok"]:
            why = "interrupted" if data["interrupted"] else f"{len(data['not_run'])} items were not run"
            self._write(f"Bail out! {why}")

    def _item(self, data: dict[str, Any]) -> None:
        verdict = "ok" if data["outcome"] in ("passed", "skipped") else "not ok"
        title = data["title"].replace("\\", "\\\\").replace("#", "\\#")
        skip = f" # SKIP {data['reason']}" if data["outcome"] == "skipped" else ""
        self._write(f"{verdict} {self._numbers[data['id']]} - {data['id']}: {title}{skip}")
        if verdict == "not ok":
            keys = ("place", "status", "reason", "output", "log")
            # A JSON value is a YAML value.
            details = [f"  {key}: {json.dumps(data[key])}" for key in keys if data[key] not in (None, "")]
            self._write("  ---", *details, f"  duration_ms: {data['duration'] * 1000:.0f}", "  ...")

    def _write(self, *lines: str) -> None:
        self._stream.write("".join(line + "\n" for line in lines))
        self._stream.flush()


class JsonLines:
    """One JSON object a line: the event's data with its kind as "event"."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def handle(self, event: Event) -> None:
        """Write the event."""
        self._stream.write(json.dumps({"event": event.kind, **event.data}) + "\n")
        self._stream.flush()
