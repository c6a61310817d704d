"""The reports of `handrail test --mutate`: each mutant, what noticed it, and which blocks nothing guards."""

from __future__ import annotations

import json
import shutil
import textwrap
import time
from typing import TextIO

from handrail.runner.many import Tested
from handrail.runner.mutation import MutantRun, MutationListener
from handrail.runner.reports.drawing import Drawing
from handrail.runner.reports.pretty import clock
from handrail.runner.runner import Report
from handrail.runner.selection import Chosen
from handrail.session.session import Session
from handrail.workflow_commands import annotation

_UNGUARDED = (
    "nothing notices when this is {change}: let the page's check look for what it makes, or, if it only looks, put "
    "`<!-- handrail: mutate=no -->` above it"
)


class PrettyMutation(Drawing, MutationListener):
    """For people: a line for each mutant. Side by side, each line names its scenario."""

    def __init__(self, stream: TextIO, *, colour: bool, live: bool) -> None:
        super().__init__(stream, colour=colour, width=min(shutil.get_terminal_size().columns, 120))
        self._live = live
        self._goes_on: dict[str, str] = {}
        self._ran: dict[str, int] = {}
        self._counts: dict[str, int] = {}
        self._began = time.monotonic()

    def reports(self, chosen: Chosen, session: Session) -> list[Report]:
        self._goes_on.setdefault(chosen.name, f"{chosen.name} without a mutant")
        return []

    def begun(self, chosen: Chosen, count: int) -> None:
        self._erase()
        self._line(f"{self._paint('1', chosen.name)}: passes without a mutant; {count} mutants follow")
        self._ran[chosen.name], self._counts[chosen.name] = 0, count
        self._next(chosen)
        self._stream.flush()

    def _next(self, chosen: Chosen) -> None:
        self._ran[chosen.name] = min(self._ran[chosen.name] + 1, self._counts[chosen.name])
        self._goes_on[chosen.name] = f"{chosen.name}, mutant {self._ran[chosen.name]} of {self._counts[chosen.name]}"

    def mutated(self, chosen: Chosen, run: MutantRun) -> None:
        self._erase()
        item = run.mutant.item
        mark = self._paint("32", "✓") if run.noticed_by else self._paint("31", "✗")
        name = item.id if self._live else f"{chosen.name} {item.id}"
        room = max(self._width - len(name) - 16, 20)
        title = textwrap.shorten(item.title, room, placeholder=" …") or item.title[:room]
        self._line(f"  {mark} {name} {title:<{room}} {clock(run.duration):>8}")
        nothing = self._paint("31", f"nothing notices ({item.place})")
        told = f"noticed by {run.noticed_by}" if run.noticed_by else nothing
        self._line(f"      {run.mutant.change}: {told}")
        self._next(chosen)
        self._stream.flush()

    def ended(self, tested: Tested) -> None:
        self._goes_on.pop(tested.chosen.name, None)
        if tested.verdict == "not run":
            return
        self._erase()
        sign = self._paint("32", "✓") if tested.verdict == "passed" else self._paint("31", "✗")
        self._line(f"{sign} {tested.chosen.name} {tested.verdict}: {tested.reason or 'interrupted'}")
        self._stream.flush()

    def tick(self) -> None:
        """Draw what goes on, or say at times that something does."""
        text = f"{clock(time.monotonic() - self._began)}: {', '.join(self._goes_on.values()) or '…'}"
        self._still(text)

    def end(self, tested: list[Tested]) -> None:
        """Say what an author does about a block that nothing guards."""
        self._erase()
        if any(each.verdict == "failed" and each.passes for each in tested):
            self._line(f"\nWhere {_UNGUARDED.format(change='left out')}.")
        self._stream.flush()


class JsonMutation(MutationListener):
    """JSON lines.

    mutation-begin  path, count
    mutant          path, id, place, title, change, noticed_by, reason, duration
    scenario-end    path, verdict, duration, reason
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def reports(self, chosen: Chosen, session: Session) -> list[Report]:
        return []

    def begun(self, chosen: Chosen, count: int) -> None:
        self._write({"event": "mutation-begin", "path": chosen.name, "count": count})

    def mutated(self, chosen: Chosen, run: MutantRun) -> None:
        item = run.mutant.item
        facts = {"id": item.id, "place": item.place, "title": item.title, "change": run.mutant.change}
        found = {"noticed_by": run.noticed_by, "reason": run.reason, "duration": run.duration}
        self._write({"event": "mutant", "path": chosen.name, **facts, **found})

    def ended(self, tested: Tested) -> None:
        facts = {"verdict": tested.verdict, "duration": tested.duration, "reason": tested.reason}
        self._write({"event": "scenario-end", "path": tested.chosen.name, **facts})

    def _write(self, line: object) -> None:
        self._stream.write(json.dumps(line) + "\n")
        self._stream.flush()


class GitHubMutation(PrettyMutation):
    """For people, with an annotation beside each block that nothing guards."""

    def mutated(self, chosen: Chosen, run: MutantRun) -> None:
        super().mutated(chosen, run)
        if run.noticed_by:
            return
        file, line = chosen.locate(run.mutant.item.place)
        text, title = _UNGUARDED.format(change=run.mutant.change), f"{run.mutant.item.id} is not guarded"
        self._line(annotation("error", text, title=title, file=file, line=line))
