"""What the reports that become a file have in common: they collect runs, and are written whole after each."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from handrail.runner.events import Event, ItemEnded, Noted, PageStarted, Result, RunEnded, RunPlanned
from handrail.runner.many import Listener, Tested
from handrail.runner.plan import Item
from handrail.runner.runner import Report
from handrail.runner.selection import Chosen
from handrail.session.session import Session


class CollectedRun:
    """What a run has told until now. name: of one scenario among many; pages: titles by id; ended: None before."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.scenario = self.title = ""
        self.planned: tuple[Item, ...] = ()
        self.done: dict[str, Result] = {}
        self.pages: dict[str, str] = {}
        self.notes: list[str] = []
        self.ended: RunEnded | None = None

    def handle(self, event: Event) -> None:
        """Take the event."""
        match event:
            case RunPlanned():
                self.scenario, self.title, self.planned = event.scenario, event.title, event.items
            case PageStarted(page):
                self.pages[page.id] = page.title
            case ItemEnded(item, result):
                self.done[item.id] = result
            case Noted(message):
                self.notes.append(message)
            case RunEnded():
                self.ended = event

    @property
    def duration(self) -> float:
        """Seconds; 0 before the end."""
        return self.ended.duration if self.ended else 0.0


class FileReport:
    """Collects runs for the file at `path`."""

    def __init__(self, path: Path) -> None:
        """Raises OSError when `path` cannot be written: before the run rather than after it."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.open("a").close()
        self.path = path
        self.runs: dict[str, CollectedRun] = {}
        self.cannot_begin: dict[str, str] = {}

    def run(self, name: str = "") -> Callable[[Event], None]:
        """Takes the events of a new run and writes the file at its end. `name`: of one scenario among many; where a
        scenario is run again, its last run counts."""
        run = self.runs[name] = CollectedRun(name)

        def handle(event: Event) -> None:
            run.handle(event)
            if isinstance(event, RunEnded):
                self.write()

        return handle

    def unusable(self, name: str, reason: str) -> None:
        """A scenario that could not begin."""
        self.cannot_begin[name] = reason
        self.write()

    def write(self) -> None:
        """Write all that was collected. Raises OSError."""
        raise NotImplementedError


class FileOfMany(Listener):
    """Hands many runs on to a report that becomes a file."""

    def __init__(self, report: FileReport) -> None:
        self._report = report

    def reports(self, chosen: Chosen, session: Session) -> list[Report]:
        return [self._report.run(chosen.name)]

    def ended(self, tested: Tested) -> None:
        if tested.verdict == "unusable":
            self._report.unusable(tested.chosen.name, tested.reason)
