"""`handrail test --mutate`: does some check notice when a learner leaves a block out?

The scenario is run once without a mutant, then once with each of its mutants. A mutant is noticed when anything fails;
a block whose mutant nothing notices is guarded by no check. Blocks that are marked as only looking (`mutate=no`) are
left out of all these runs: they take time and are to change nothing, so the scenario has to pass without them.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass

from handrail.runner import part
from handrail.runner.events import Event, ItemEnded, RunPlanned
from handrail.runner.many import Listener, Suite, Tested
from handrail.runner.mutants import Mutant, mutants
from handrail.runner.plan import Item
from handrail.runner.selection import Chosen, changed_lines


@dataclass(frozen=True)
class MutantRun:
    """How the run with a mutant ended. noticed_by: id of the item that failed first, "" when none did; reason: why it
    failed; duration: seconds."""

    mutant: Mutant
    noticed_by: str
    reason: str
    duration: float


class MutationListener(Listener):
    """A report that is told of each mutant, too."""

    def begun(self, chosen: Chosen, count: int) -> None:
        """The scenario passes without a mutant; so many mutants follow."""
        raise NotImplementedError

    def mutated(self, chosen: Chosen, run: MutantRun) -> None:
        """The run with a mutant has ended."""
        raise NotImplementedError


class _Watch:
    """What one run has planned, and the item of it that failed first."""

    def __init__(self) -> None:
        self.items: tuple[Item, ...] = ()
        self.failed = ""
        self.reason = ""

    def handle(self, event: Event) -> None:
        match event:
            case RunPlanned():
                self.items = event.items
            case ItemEnded(item, result) if result.outcome == "failed" and not self.failed:
                self.failed, self.reason = item.id, result.reason


class Mutation(Suite):
    """A scenario passes when each mutant of it is noticed. With `--changed-since` only blocks count whose lines
    differ, as long as nothing but pages does."""

    def __init__(self, args: argparse.Namespace, listener: MutationListener, stop: Callable[[], None]) -> None:
        super().__init__(args, listener, stop)
        self._told = listener

    async def attempts(self, chosen: Chosen) -> Tested:
        """One run without a mutant, and one with each mutant."""
        watch = _Watch()
        if not await self.attempt(chosen, watch.handle):
            reason = f"fails {_standing(watch)}: {watch.failed} {watch.reason}"
            return Tested(chosen, "failed", reason=reason, attempts=1)
        since = self.args.changed_since
        lines = None if since is None else changed_lines(chosen, since)
        asked_for = self._asked_for(chosen, watch.items)
        wanted = [mutant for mutant in asked_for if lines is None or _is_changed(mutant, lines)]
        self._told.begun(chosen, len(wanted))
        unnoticed = 0
        for mutant in wanted:
            began, watch = time.monotonic(), _Watch()
            await self.attempt(chosen, watch.handle, mutant)
            self._told.mutated(chosen, MutantRun(mutant, watch.failed, watch.reason, time.monotonic() - began))
            unnoticed += not watch.failed
        reason = f"{len(wanted) - unnoticed} of {len(wanted)} mutants noticed"
        return Tested(chosen, "failed" if unnoticed else "passed", reason=reason, attempts=1, passes=1)

    def _asked_for(self, chosen: Chosen, items: tuple[Item, ...]) -> list[Mutant]:
        """The mutants of what `--from`, `--until` and `--only` name. Raises NoSuchPart."""
        assert chosen.scenario is not None
        asked = part.of(self.args, chosen.scenario)
        pages = [page.id for page in chosen.scenario.pages]
        judged = pages[pages.index(asked.first) if asked.first else 0 :]
        found = [one for one in mutants(items) if one.item.page in judged and asked.left_out in ("", one.item.id)]
        if asked.left_out and not found:
            raise part.NoSuchPart(f"--only {asked.left_out}: it only looks, or is skipped, so it is not left out.")
        return found


def _standing(watch: _Watch) -> str:
    """How the scenario was run without a mutant."""
    marked = any(item.block is not None and item.block.directives.only_looks for item in watch.items)
    return "without its blocks that are marked mutate=no" if marked else "as it stands"


def _is_changed(mutant: Mutant, lines: dict[str, set[int]]) -> bool:
    """Whether the block stands on one of the lines, which are given by page."""
    assert mutant.item.block is not None
    file, _, first = mutant.item.place.rpartition(":")
    last = int(first) + len(mutant.item.block.text.splitlines()) + 1  # the fences
    return any(line in lines.get(file, ()) for line in range(int(first), last + 1))
