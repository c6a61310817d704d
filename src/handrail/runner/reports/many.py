"""The reports of many scenarios: each scenario's own report in its turn, then which passed and which did not."""

from __future__ import annotations

import io
import json
import shutil
import time
from collections.abc import Callable
from typing import TextIO

from handrail.runner.events import Event
from handrail.runner.many import Listener, Tested
from handrail.runner.reports.drawing import Drawing
from handrail.runner.reports.lines import Tap, as_json
from handrail.runner.reports.pretty import Pretty, clock
from handrail.runner.runner import Report
from handrail.runner.selection import Chosen
from handrail.session.session import Session

_SIGNS = {"passed": "✓", "flaky": "~", "failed": "✗", "unusable": "!", "interrupted": "✗", "not run": "-"}
_COLOURS = {"passed": "32", "flaky": "33", "failed": "31", "unusable": "31", "interrupted": "33", "not run": "2"}


class PrettyMany(Drawing, Listener):
    """For people. Side by side, a scenario's report is printed when it has ended; one at a time, as it comes."""

    def __init__(
        self, stream: TextIO, *, colour: bool, count: int, live: bool, latest: Callable[[Session], str]
    ) -> None:
        super().__init__(stream, colour=colour, width=shutil.get_terminal_size().columns)
        self._count, self._live, self._latest = count, live, latest
        self._texts: dict[str, io.StringIO] = {}
        self._now: Pretty | None = None
        self._ended = 0
        self._began = time.monotonic()

    def reports(self, chosen: Chosen, session: Session) -> list[Report]:
        if self._live:
            self._line(f"\n{self._paint('1', chosen.name)}")
            self._now = Pretty(
                self._stream, colour=self._colour, latest=lambda: self._latest(session), width=self._width
            )
            return [self._now.handle]
        text = self._texts[chosen.name] = io.StringIO()
        return [Pretty(text, colour=self._colour, width=self._width).handle]

    def ended(self, tested: Tested) -> None:
        self._ended += 1
        text = self._texts.pop(tested.chosen.name, None)
        if tested.verdict == "not run":
            return
        self._erase()
        if text is not None and tested.verdict != "passed":
            self._line(f"\n{self._paint('1', tested.chosen.name)}\n{text.getvalue().rstrip()}")
        if not self._live:
            self._line(self._verdict(tested))
        self._stream.flush()

    def tick(self) -> None:
        """Draw what goes on, or say at times that something does."""
        if self._live:
            if self._now is not None:
                self._now.tick()
            return
        took = clock(time.monotonic() - self._began)
        text = f"{self._ended} of {self._count} done, {took}: {', '.join(self._texts) or '…'}"
        self._still(text)

    def end(self, tested: list[Tested]) -> None:
        """Say which scenarios passed and which did not."""
        self._erase()
        self._line("")
        for each in tested:
            self._line(self._verdict(each))
        counts = {verdict: sum(each.verdict == verdict for each in tested) for verdict in _SIGNS}
        said = ", ".join(f"{count} {verdict}" for verdict, count in counts.items() if count) or "nothing to do"
        self._line(f"{len(tested)} scenarios: {said} in {clock(time.monotonic() - self._began)}")
        self._stream.flush()

    def _verdict(self, tested: Tested) -> str:
        sign = self._paint(_COLOURS[tested.verdict], _SIGNS[tested.verdict])
        line = f"{sign} {tested.chosen.name:<40} {clock(tested.duration):>8}"
        if tested.attempts > 1:
            line += f"  passed {tested.passes} of {tested.attempts} times"
        for item, times in tested.failures:
            line += f"\n    {item} failed in {times} of {tested.attempts}"
        return line + (f"\n    {tested.reason}" if tested.reason else "")


class TapMany(Listener):
    """TAP (version 14): a scenario is a test point, and what it did is its subtest."""

    def __init__(self, stream: TextIO, count: int) -> None:
        self._stream = stream
        self._texts: dict[str, io.StringIO] = {}
        self._number = 0
        self._write("TAP version 14", f"1..{count}")

    def reports(self, chosen: Chosen, session: Session) -> list[Report]:
        text = self._texts[chosen.name] = io.StringIO()
        return [Tap(text, is_subtest=True).handle]

    def ended(self, tested: Tested) -> None:
        self._number += 1
        name, text = tested.chosen.name, self._texts.pop(tested.chosen.name, None)
        if text is not None:
            self._write(f"# Subtest: {name}", *(f"    {line}" for line in text.getvalue().splitlines()))
        verdict = "ok" if tested.verdict in ("passed", "flaky") else "not ok"
        self._write(f"{verdict} {self._number} - {name}")
        if verdict == "not ok":
            why = {"verdict": tested.verdict, "reason": tested.reason}
            self._write("  ---", *(f"  {key}: {json.dumps(value)}" for key, value in why.items() if value), "  ...")

    def _write(self, *lines: str) -> None:
        self._stream.write("".join(line + "\n" for line in lines))
        self._stream.flush()


class JsonMany(Listener):
    """JSON lines: the events of one run with `path`, the scenario, and for each at its end one more:

    scenario-end  path, verdict, duration, reason, attempts, passes, failures (item, how often)
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def reports(self, chosen: Chosen, session: Session) -> list[Report]:
        def handle(event: Event) -> None:
            self._write({"path": chosen.name, **as_json(event)})

        return [handle]

    def ended(self, tested: Tested) -> None:
        facts = {key: value for key, value in vars(tested).items() if key != "chosen"}
        self._write({"path": tested.chosen.name, "event": "scenario-end", **facts})

    def _write(self, line: object) -> None:
        self._stream.write(json.dumps(line) + "\n")
        self._stream.flush()


class Together(Listener):
    """Several listeners as one."""

    def __init__(self, *listeners: Listener) -> None:
        self._listeners = listeners

    def reports(self, chosen: Chosen, session: Session) -> list[Report]:
        return [report for each in self._listeners for report in each.reports(chosen, session)]

    def ended(self, tested: Tested) -> None:
        for each in self._listeners:
            each.ended(tested)
