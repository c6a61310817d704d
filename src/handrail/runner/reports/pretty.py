"""For people: a line for each item, a spinner on a terminal, what went wrong, and where the time went."""

from __future__ import annotations

import textwrap
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any, TextIO

from handrail.session.events import Event

_FRAMES = "|/-\\"
_MARKS = {"passed": "✓", "failed": "✗", "skipped": "-", "interrupted": "✗"}
_COLOURS = {"passed": "32", "failed": "31", "skipped": "33", "interrupted": "33"}
# Without a terminal, a sign of life for long blocks, as often as this (seconds).
_STILL_EVERY = 30.0


class Pretty:
    """Writes to `stream`. `handle` takes the runner's events; call `tick` now and then while an item runs.

    latest: gives the last line that the running block has printed.
    """

    def __init__(self, stream: TextIO, *, colour: bool, latest: Callable[[], str] = lambda: "", width: int = 100):
        self._stream, self._colour, self._latest = stream, colour, latest
        self._width = max(60, min(width, 120))
        self._live = stream.isatty()
        self._running: dict[str, Any] | None = None
        self._kind = ""
        self._began = 0.0
        self._said = 0.0
        self._turn = 0
        self._drawn = False
        self._pages: list[tuple[str, str]] = []
        self._times: dict[tuple[str, str], float] = defaultdict(float)
        self._page_times: dict[str, float] = {}
        self._failures: list[dict[str, Any]] = []

    def handle(self, event: Event) -> None:
        """Write what there is to say about the event."""
        write = getattr(self, "_" + event.kind.replace("-", "_"), None)
        if write is not None:
            write(dict(event.data))
            self._stream.flush()

    def tick(self) -> None:
        """Draw the spinner, or say at times that a long block still runs."""
        if self._running is None:
            return
        now = time.monotonic()
        elapsed = now - self._began
        # A check prints nothing in the terminal: say which script it is instead.
        is_check = self._running["kind"].startswith("check")
        latest = self._running["place"].rpartition(":")[0] if is_check else self._latest()
        if self._live:
            frame = _FRAMES[self._turn % len(_FRAMES)]
            self._turn += 1
            text = f"  {frame} {self._running['title']}  {_clock(elapsed)}  {latest}"
            self._stream.write("\r\x1b[K" + text[: self._width - 1])
            self._drawn = True
        elif now - self._said >= _STILL_EVERY:
            self._said = now
            self._line(f"    … {self._running['title']} still runs, {_clock(elapsed)}  {latest}"[: self._width])
        self._stream.flush()

    # Events

    def _plan(self, data: dict[str, Any]) -> None:
        items = data["items"]
        blocks = sum(item["kind"] == "block" for item in items)
        checks = sum(item["kind"].startswith("check") for item in items)
        self._line(f"{data['title'] or data['scenario']}: {blocks} blocks, {checks} checks")
        self._line(self._paint("2", f"workspace {data['workspace']}"))

    def _page_start(self, data: dict[str, Any]) -> None:
        self._pages.append((data["page"], data["title"]))
        label = {"intro": "Introduction", "finish": "Finish"}.get(data["kind"], f"Step {data['page'][4:]}")
        title = "" if data["title"] == label else f": {data['title']}"
        self._line("")
        self._line(self._paint("1", label + title))

    def _page_end(self, data: dict[str, Any]) -> None:
        self._page_times[data["page"]] = data["duration"]

    def _item_start(self, data: dict[str, Any]) -> None:
        self._running = data
        self._began = self._said = time.monotonic()
        if data["kind"] in ("background", "cleanup") and data["kind"] != self._kind:
            self._line("")  # these belong to no page's heading
        self._kind = data["kind"]
        if self._live:
            self.tick()

    def _item_end(self, data: dict[str, Any]) -> None:
        self._running = None
        self._erase()
        outcome = data["outcome"]
        self._times[(data["page"], "checks" if data["kind"].startswith("check") else "blocks")] += data["duration"]
        mark = self._paint(_COLOURS[outcome], _MARKS[outcome])
        remark = f"  ({data['reason']})" if outcome == "skipped" or data["reason"] == "left running" else ""
        room = self._width - 14 - len(remark)
        title = textwrap.shorten(data["title"], room, placeholder=" …") or data["title"][:room]
        self._line(f"  {mark} {title:<{room}} {_clock(data['duration']):>8}{remark}")
        if outcome == "failed":
            self._failures.append(data)
            self._failure(data)

    def _note(self, data: dict[str, Any]) -> None:
        self._erase()
        self._line(self._paint("33", textwrap.indent(data["message"], "  ! ", lambda _line: True)))

    def _end(self, data: dict[str, Any]) -> None:
        self._running = None
        self._erase()
        self._line("")
        self._phases()
        sums = [f"{data[key]} {key}" for key in ("passed", "failed", "skipped") if data[key]]
        if data["not_run"]:
            sums.append(f"{len(data['not_run'])} not run")
        if data["notes"]:
            sums.append("1 warning" if len(data["notes"]) == 1 else f"{len(data['notes'])} warnings")
        text = ", ".join(sums) or "nothing to do"
        if data["interrupted"]:
            verdict = self._paint("33", "Interrupted")
        elif data["ok"]:
            verdict = self._paint("32", "Passed")
        else:
            verdict = self._paint("31", "Failed")
        self._line(f"{verdict}: {text} in {_clock(data['duration'])}")
        if not data["ok"] and self._failures:
            self._line(f"Full logs: {data['logs']}")

    # Parts

    def _failure(self, data: dict[str, Any]) -> None:
        where = f"{data['id']} ({data['place']})" if data["place"] else data["id"]
        self._line(self._paint("31", textwrap.indent(f"{where} {data['reason']}", "    ")))
        if data["text"] and "\n" in data["text"].strip():
            self._line("    the block:")
            self._line(textwrap.indent(data["text"].rstrip(), "      | "))
        if data["output"]:
            self._line("    its last lines:")
            self._line(textwrap.indent(data["output"], "      | "))
        if data["log"]:
            self._line(f"    all of it: {data['log']}")

    def _phases(self) -> None:
        if not self._pages:
            return
        names = [title for _, title in self._pages]
        room = min(max(map(len, names)), 50)
        self._line(f"{'':<{room}}  {'blocks':>8} {'checks':>8} {'in all':>8}")
        for page, title in self._pages:
            blocks, checks = self._times[(page, "blocks")], self._times[(page, "checks")]
            total = self._page_times.get(page, blocks + checks)
            self._line(f"{title[:room]:<{room}}  {_clock(blocks):>8} {_clock(checks):>8} {_clock(total):>8}")
        if cleanup := self._times[("", "blocks")]:
            self._line(f"{'clean-up':<{room}}  {'':>8} {'':>8} {_clock(cleanup):>8}")
        self._line("")

    def _erase(self) -> None:
        if self._drawn:
            self._stream.write("\r\x1b[K")
            self._drawn = False

    def _line(self, text: str) -> None:
        self._stream.write(text + "\n")

    def _paint(self, code: str, text: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self._colour else text


def _clock(seconds: float) -> str:
    """Seconds as "0.4 s", "12 s", "3:05", "1:02:03"."""
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    return f"{minutes}:{rest:02d}" if minutes < 60 else f"{minutes // 60}:{minutes % 60:02d}:{rest:02d}"
