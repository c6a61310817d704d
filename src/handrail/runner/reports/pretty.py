"""For people: a line for each item, a spinner on a terminal, what went wrong, and where the time went."""

from __future__ import annotations

import textwrap
import time
from collections import defaultdict
from collections.abc import Callable
from typing import TextIO

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
from handrail.runner.reports.drawing import STILL_EVERY, Drawing
from handrail.scenario.reader import Page

_FRAMES = "|/-\\"
_MARKS = {"passed": "✓", "typed": "»", "failed": "✗", "skipped": "-", "interrupted": "✗"}
_COLOURS = {"passed": "32", "typed": "33", "failed": "31", "skipped": "33", "interrupted": "33"}


class Pretty(Drawing):
    """Writes to `stream`. `handle` takes the runner's events; call `tick` now and then while an item runs.

    latest: gives the last line that the running block has printed.
    """

    def __init__(self, stream: TextIO, *, colour: bool, latest: Callable[[], str] = lambda: "", width: int = 100):
        super().__init__(stream, colour=colour, width=max(60, min(width, 120)))
        self._latest = latest
        self._live = stream.isatty()
        self._running: Item | None = None
        self._kind = ""
        self._began = 0.0
        self._said = 0.0
        self._turn = 0
        self._pages: list[tuple[str, str]] = []
        self._times: dict[tuple[str, str], float] = defaultdict(float)
        self._page_times: dict[str, float] = {}
        self._has_failed = False

    def handle(self, event: Event) -> None:
        """Write what there is to say about the event."""
        match event:
            case RunPlanned():
                self._plan(event)
            case PageStarted(page):
                self._page(page)
            case PageEnded(page=page, duration=duration):
                self._page_times[page.id] = duration
            case ItemStarted(item):
                self._item_start(item)
            case ItemEnded(item, result):
                self._item_end(item, result)
            case Noted(message):
                self._erase()
                self._line(self._paint("33", textwrap.indent(message, "  ! ", lambda _line: True)))
            case RunEnded():
                self._end(event)
        self._stream.flush()

    def tick(self) -> None:
        """Draw the spinner, or say at times that a long block still runs."""
        if self._running is None:
            return
        now = time.monotonic()
        elapsed = now - self._began
        # A check prints nothing in the terminal: say which script it is instead.
        is_check = self._running.kind.startswith("check")
        latest = self._running.place.rpartition(":")[0] if is_check else self._latest()
        if self._live:
            frame = _FRAMES[self._turn % len(_FRAMES)]
            self._turn += 1
            text = f"  {frame} {self._running.title}  {clock(elapsed)}  {latest}"
            self._draw(text)
        elif now - self._said >= STILL_EVERY:
            self._said = now
            self._line(f"    … {self._running.title} still runs, {clock(elapsed)}  {latest}"[: self._width])
        self._stream.flush()

    # Events

    def _plan(self, plan: RunPlanned) -> None:
        blocks = sum(item.kind == "block" for item in plan.items)
        checks = sum(item.kind.startswith("check") for item in plan.items)
        self._line(f"{plan.title or plan.scenario}: {blocks} blocks, {checks} checks")
        self._line(self._paint("2", f"workspace {plan.workspace}"))

    def _page(self, page: Page) -> None:
        self._pages.append((page.id, page.title))
        label = {"intro": "Introduction", "finish": "Finish"}.get(page.kind, f"Step {page.number}")
        title = "" if page.title == label else f": {page.title}"
        self._line("")
        self._line(self._paint("1", label + title))

    def _item_start(self, item: Item) -> None:
        self._running = item
        self._began = self._said = time.monotonic()
        if item.kind in ("background", "cleanup") and item.kind != self._kind:
            self._line("")  # these belong to no page's heading
        self._kind = item.kind
        if self._live:
            self.tick()

    def _item_end(self, item: Item, result: Result) -> None:
        self._running = None
        self._erase()
        self._times[(item.page, "checks" if item.kind.startswith("check") else "blocks")] += result.duration
        mark = self._paint(_COLOURS[result.outcome], _MARKS[result.outcome])
        has_remark = result.outcome in ("skipped", "typed") or result.reason == "left running"
        is_short = len(result.reason) < self._width // 2
        remark = f"  ({result.reason})" if has_remark and is_short else ""
        room = self._width - 14 - len(remark)
        title = textwrap.shorten(item.title, room, placeholder=" …") or item.title[:room]
        self._line(f"  {mark} {title:<{room}} {clock(result.duration):>8}{remark}")
        is_told = result.outcome == "passed" and item.kind in ("block", "output") and result.reason
        if (is_told or has_remark) and not remark:
            self._line(self._paint("2", textwrap.indent(result.reason, "    ")))
        if result.outcome == "failed":
            self._has_failed = True
            self._failure(item, result)

    def _end(self, end: RunEnded) -> None:
        self._running = None
        self._erase()
        self._line("")
        self._phases()
        counts = (
            ("passed", end.passed), ("typed into a program", end.typed), ("failed", end.failed),
            ("skipped", end.skipped),
        )  # fmt: skip
        sums = [f"{count} {name}" for name, count in counts if count]
        if end.not_run:
            sums.append(f"{len(end.not_run)} not run")
        if end.notes:
            sums.append("1 warning" if len(end.notes) == 1 else f"{len(end.notes)} warnings")
        text = ", ".join(sums) or "nothing to do"
        if end.interrupted:
            verdict = self._paint("33", "Interrupted")
        elif end.ok:
            verdict = self._paint("32", "Passed")
        else:
            verdict = self._paint("31", "Failed")
        self._line(f"{verdict}: {text} in {clock(end.duration)}")
        if not end.ok and self._has_failed:
            self._line(f"Full logs: {end.logs}")

    # Parts

    def _failure(self, item: Item, result: Result) -> None:
        where = f"{item.id} ({item.place})" if item.place else item.id
        self._line(self._paint("31", textwrap.indent(f"{where} {result.reason}", "    ")))
        if "\n" in item.text.strip():
            self._line("    the block:")
            self._line(textwrap.indent(item.text.rstrip(), "      | "))
        if result.output:
            self._line("    the difference (- as recorded, + now):" if item.kind == "output" else "    its last lines:")
            self._line(textwrap.indent(result.output, "      | "))
        if result.log:
            self._line(f"    all of it: {result.log}")
        if result.recording:
            self._line(f"    to watch it: asciinema play {result.recording}")
        if result.picture:
            self._line(f"    what the learner sees: {result.picture}")

    def _phases(self) -> None:
        if not self._pages:
            return
        names = [title for _, title in self._pages]
        room = min(max(map(len, names)), 50)
        self._line(f"{'':<{room}}  {'blocks':>8} {'checks':>8} {'in all':>8}")
        for page, title in self._pages:
            blocks, checks = self._times[(page, "blocks")], self._times[(page, "checks")]
            total = self._page_times.get(page, blocks + checks)
            self._line(f"{title[:room]:<{room}}  {clock(blocks):>8} {clock(checks):>8} {clock(total):>8}")
        if cleanup := self._times[("", "blocks")]:
            self._line(f"{'clean-up':<{room}}  {'':>8} {'':>8} {clock(cleanup):>8}")
        self._line("")


def clock(seconds: float) -> str:
    """Seconds as "0.4 s", "12 s", "3:05", "1:02:03"."""
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    return f"{minutes}:{rest:02d}" if minutes < 60 else f"{minutes // 60}:{minutes % 60:02d}:{rest:02d}"
