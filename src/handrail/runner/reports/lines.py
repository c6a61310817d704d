"""For programs: TAP (version 14) and JSON lines."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any, TextIO

from handrail.runner.events import (
    Event,
    ItemEnded,
    ItemStarted,
    Noted,
    PageEnded,
    PageStarted,
    Result,
    RunEnded,
    RunPlanned,
)
from handrail.runner.plan import Item


class Tap:
    """Test Anything Protocol: the plan first, a line for each item, diagnostics below a failure."""

    def __init__(self, stream: TextIO, *, is_subtest: bool = False) -> None:
        self._stream, self._is_subtest = stream, is_subtest
        self._numbers: dict[str, int] = {}

    def handle(self, event: Event) -> None:
        """Write the event's lines."""
        match event:
            case RunPlanned():
                self._numbers = {item.id: number for number, item in enumerate(event.items, 1)}
                self._write("TAP version 14", f"1..{len(self._numbers)}")
            case ItemEnded():
                self._item(event.item, event.result)
            case Noted():
                self._write(*(f"# {line}" for line in event.message.splitlines()))
            case RunEnded(ok=False) if self._is_subtest:
                # A bail-out would end the scenarios after this one, too.
                self._write(*(f"not ok {self._numbers[id]} - {id}: not run" for id in event.not_run))
            case RunEnded(ok=False) if event.interrupted or event.not_run:
                why = "interrupted" if event.interrupted else f"{len(event.not_run)} items were not run"
                self._write(f"Bail out! {why}")

    def _item(self, item: Item, result: Result) -> None:
        verdict = "ok" if result.outcome in ("passed", "typed", "skipped") else "not ok"
        title = item.title.replace("\\", "\\\\").replace("#", "\\#")
        skip = f" # SKIP {result.reason}" if result.outcome == "skipped" else ""
        self._write(f"{verdict} {self._numbers[item.id]} - {item.id}: {title}{skip}")
        if verdict == "not ok":
            told = {
                "place": item.place, "status": result.status, "reason": result.reason, "output": result.output,
                "log": result.log, "recording": result.recording, "picture": result.picture,
            }  # fmt: skip
            # A JSON value is a YAML value.
            details = [f"  {key}: {json.dumps(value)}" for key, value in told.items() if value not in (None, "")]
            self._write("  ---", *details, f"  duration_ms: {result.duration * 1000:.0f}", "  ...")

    def _write(self, *lines: str) -> None:
        self._stream.write("".join(line + "\n" for line in lines))
        self._stream.flush()


class JsonLines:
    """One JSON object a line.

    plan        scenario, title, workspace, logs, items (of each: id, page, kind, title, place)
    page-start  page, title, kind
    item-start  id, page, kind, title, place
    item-end    the same, and text, outcome, duration, status, reason, output, log, recording, picture
    page-end    page, duration, picture
    note        message
    end         ok, interrupted, duration, not_run, notes, logs, passed, typed, failed, skipped (counts)
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def handle(self, event: Event) -> None:
        """Write the event."""
        self._stream.write(json.dumps(as_json(event)) + "\n")
        self._stream.flush()


def as_json(event: Event) -> dict[str, Any]:
    """The event as a line of the JSON report: its name as "event", then its keys."""
    match event:
        case RunPlanned():
            return {"event": "plan", **vars(event), "items": [_item(each) for each in event.items]}
        case PageStarted(page):
            return {"event": "page-start", "page": page.id, "title": page.title, "kind": page.kind}
        case PageEnded(page, duration, picture):
            return {"event": "page-end", "page": page.id, "duration": duration, "picture": picture}
        case ItemStarted(item):
            return {"event": "item-start", **_item(item)}
        case ItemEnded(item, result):
            return {"event": "item-end", **_item(item), "text": item.text, **asdict(result)}
        case Noted(message):
            return {"event": "note", "message": message}
        case RunEnded():
            return {"event": "end", **asdict(event)}


def _item(item: Item) -> dict[str, str]:
    return {"id": item.id, "page": item.page, "kind": item.kind, "title": item.title, "place": item.place}
