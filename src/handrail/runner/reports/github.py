"""For GitHub Actions: an annotation beside each line that fails, and a table of all scenarios as the job's summary."""

from __future__ import annotations

from pathlib import Path
from typing import TextIO

from handrail.runner.events import Event, ItemEnded, Noted, Result
from handrail.runner.many import Listener, Tested
from handrail.runner.plan import Item
from handrail.runner.reports.pretty import clock
from handrail.runner.runner import Report
from handrail.runner.selection import Chosen
from handrail.session.session import Session
from handrail.workflow_commands import annotation

# GitHub shows no more of a step's summary (1 MiB), and nobody reads so much.
_MOST_FAILURES = 100


class GitHub(Listener):
    """Writes annotations to `stream`, and at the end appends to `summary` (None: there is none).

    https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands#adding-a-job-summary
    """

    def __init__(self, stream: TextIO, summary: Path | None) -> None:
        self._stream, self._summary = stream, summary
        self._failures: list[str] = []

    def reports(self, chosen: Chosen, session: Session) -> list[Report]:
        def handle(event: Event) -> None:
            match event:
                case ItemEnded(item, result) if result.outcome == "failed":
                    self._failed(chosen, item, result)
                case Noted(message):
                    self._write(annotation("warning", message, title=chosen.name))

        return [handle]

    def ended(self, tested: Tested) -> None:
        if tested.verdict == "unusable":
            self._write(annotation("error", tested.reason, title=f"{tested.chosen.name} cannot begin"))
            self._failures.append(f"**{_cell(tested.chosen.name)}** cannot begin: {_cell(tested.reason)}")
        elif tested.verdict == "flaky":
            title = f"{tested.chosen.name} is flaky"
            failed = ", ".join(f"{item} failed in {times} of {tested.attempts}" for item, times in tested.failures)
            self._write(annotation("warning", failed, title=title))

    def end(self, tested: list[Tested]) -> None:
        """Write the summary."""
        if self._summary is None:
            return
        rows = [
            f"| {_cell(each.chosen.name)} | {each.verdict} | {clock(each.duration)} |" for each in tested
        ]
        table = ["### handrail test", "", "| scenario | verdict | time |", "|---|---|---|", *rows]
        failures = [f"- {each}" for each in self._failures[:_MOST_FAILURES]]
        if len(self._failures) > _MOST_FAILURES:
            failures.append(f"- … and {len(self._failures) - _MOST_FAILURES} more")
        with self._summary.open("a", encoding="utf-8") as file:
            file.write("\n".join([*table, "", *failures]) + "\n")

    def _failed(self, chosen: Chosen, item: Item, result: Result) -> None:
        file, line = chosen.locate(item.place)
        text = "\n".join(part for part in (result.reason, item.text.strip(), result.output) if part)
        self._write(annotation("error", text, title=f"{item.id}: {item.title}", file=file, line=line))
        where = f"**{_cell(chosen.name)}** {item.id}" + (f" (`{item.place}`)" if item.place else "")
        self._failures.append(f"{where}: {_cell(result.reason)}")

    def _write(self, line: str) -> None:
        self._stream.write(line + "\n")
        self._stream.flush()


def _cell(text: str) -> str:
    """Text on one line of a table, of which no part is taken for Markdown or HTML."""
    plain = " ".join(text.split())
    return "".join(f"\\{letter}" if letter in "\\`*_[]<>|" else letter for letter in plain)
