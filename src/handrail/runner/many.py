"""Test many scenarios, side by side as far as the machine allows, and tell of all of them in one report."""

from __future__ import annotations

import argparse
import asyncio
import os
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from handrail.errors import HandrailError
from handrail.runner import one
from handrail.runner.events import Event, ItemEnded
from handrail.runner.mutants import Mutant
from handrail.runner.runner import Report
from handrail.runner.selection import Chosen
from handrail.session.session import Session

Verdict = Literal["passed", "flaky", "failed", "unusable", "interrupted", "not run"]
# What one scenario may need beside its own programs: a shell, a check, handrail's part; a Chromium (bytes).
_MEMORY_EACH = 512 << 20
_MEMORY_OF_CHROMIUM = 512 << 20


@dataclass(frozen=True)
class Tested:
    """How one scenario ended. flaky: it passed, but not at the first attempt. unusable: it could not begin, and
    `reason` says why. duration: seconds, of all attempts. attempts, passes: how many of each. failures: the items that
    failed, and in how many attempts."""

    chosen: Chosen
    verdict: Verdict
    duration: float = 0.0
    reason: str = ""
    attempts: int = 0
    passes: int = 0
    failures: tuple[tuple[str, int], ...] = ()


class Listener:
    """What a report of many scenarios is told. Each method may raise OSError when nobody reads any more."""

    def reports(self, chosen: Chosen, session: Session) -> list[Report]:
        """The reports of one attempt at one scenario."""
        raise NotImplementedError

    def ended(self, tested: Tested) -> None:
        """A scenario has ended, or will not be run."""
        raise NotImplementedError


def default_jobs(*, browser: bool) -> int:
    """How many scenarios this machine runs side by side, in browsers or without: one for each core, as far as the free
    memory goes."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        free = os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (ValueError, OSError):
        return cores
    each = _MEMORY_EACH + (_MEMORY_OF_CHROMIUM if browser else 0)
    return max(1, min(cores, free // each))


class Suite:
    """Runs the units of `selection.units`: those side by side, the scenarios of each one after the other."""

    def __init__(self, args: argparse.Namespace, listener: Listener, stop: Callable[[], None]) -> None:
        self.args, self._listener, self._stop = args, listener, stop
        self._tested: list[Tested] = []

    async def run(self, units: Sequence[list[Chosen]], jobs: int) -> None:
        """Everything. Raises CancelledError when it was ended in order; `tested` has what was done until then."""
        slots = asyncio.Semaphore(jobs)
        try:
            # A second interrupt reaches the tasks again, which a TaskGroup would keep from them.
            ended = await asyncio.gather(*(self._unit(unit, slots) for unit in units), return_exceptions=True)
        finally:
            done = {id(tested.chosen) for tested in self._tested}
            for chosen in (each for unit in units for each in unit if id(each) not in done):
                self._ended(Tested(chosen, "not run"))
        for error in ended:
            if isinstance(error, BaseException):
                raise error

    @property
    def tested(self) -> list[Tested]:
        """How the scenarios ended, in the order in which they did."""
        return self._tested

    async def _unit(self, unit: list[Chosen], slots: asyncio.Semaphore) -> None:
        async with slots:
            for chosen in unit:
                tested = await self._scenario(chosen)
                self._ended(tested)
                if tested.verdict == "interrupted":
                    raise asyncio.CancelledError

    async def _scenario(self, chosen: Chosen) -> Tested:
        began = time.monotonic()
        try:
            tested = Tested(chosen, "unusable", reason=chosen.error) if chosen.error else await self.attempts(chosen)
        except asyncio.CancelledError:
            tested = Tested(chosen, "interrupted")
        except (HandrailError, OSError) as error:
            reason = f"{error.filename or 'The run'}: {error.strerror}" if isinstance(error, OSError) else str(error)
            tested = Tested(chosen, "unusable", reason=reason)
        return replace(tested, duration=time.monotonic() - began)

    async def attempts(self, chosen: Chosen) -> Tested:
        """All attempts at one scenario: `--repeat` asks for so many, `--retries` for more where one has failed."""
        attempts = passes = 0
        failed: Counter[str] = Counter()

        def note(event: Event) -> None:
            if isinstance(event, ItemEnded) and event.result.outcome == "failed":
                failed[event.item.id] += 1

        while attempts < max(1, self.args.repeat) or (passes == 0 and attempts <= self.args.retries):
            attempts += 1
            passes += await self.attempt(chosen, note)
        verdict: Verdict = "passed" if passes == attempts else "flaky" if passes else "failed"
        failures = tuple(failed.items()) if attempts > 1 else ()
        return Tested(chosen, verdict, attempts=attempts, passes=passes, failures=failures)

    def attempt(self, chosen: Chosen, note: Report, mutant: Mutant | None = None) -> Awaitable[bool]:
        """One run, told to `note` too. True when it passed. Raises what `one.test` raises."""
        assert chosen.scenario is not None
        args, folder = self.args, chosen.name.strip("./").replace("/", "-") or chosen.folder.name
        workspace: Path | None = args.workspace
        log = Path(folder) / (f"{mutant.item.id} {mutant.change}" if mutant else "")
        return one.test(
            chosen.scenario, args, lambda session: [note, *self._listener.reports(chosen, session)], self._stop,
            workspace=workspace / (chosen.group or folder) if workspace else None,
            log=args.log / log if args.log else None, mutant=mutant,
        )  # fmt: skip

    def _ended(self, tested: Tested) -> None:
        self._tested.append(tested)
        try:
            self._listener.ended(tested)
        except OSError:
            self._stop()
