"""`handrail test`: do what a learner does, and check before and after each step.

For each page: its scripts, its check (which must fail), its blocks (each must end with status 0, or as marked), its
check again (which must pass). Before the finish page every earlier check is run once more. At the end no background
script may have failed. The clean-up runs at the end of every run, whatever happened.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import replace
from pathlib import Path

from handrail.errors import SessionError
from handrail.runner import left_behind
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
from handrail.runner.items import ItemRunner, last_lines
from handrail.runner.learner import Learner, WithoutBrowser
from handrail.runner.mutants import Mutant
from handrail.runner.outputs import Outputs
from handrail.runner.page_casts import PageCasts
from handrail.runner.part import WHOLE, Part
from handrail.runner.plan import Item, PagePlan, Plan, make_plan
from handrail.runtime.workspace import WorkspaceError
from handrail.scenario.reader import ScenarioError
from handrail.session.check import tail
from handrail.session.events import BackgroundEnded, ProblemFound, Subscription
from handrail.session.long_running import FIRST_TERMINAL
from handrail.session.session import Session
from handrail.session.terminals import terminal_for

Report = Callable[[Event], None]

_LAST_LINES = 20


class Stop(Exception):
    """An item failed: nothing after it is run, but the clean-up (without `--keep-going`)."""


class Runner:
    """Drives one session through its plan and reports each item."""

    def __init__(
        self, session: Session, report: Report, *, keep_going: bool = False, part: Part = WHOLE,
        mutant: Mutant | None = None, only_changes: bool = False, outputs: Outputs | None = None,
        at_failure: Callable[[Item], Awaitable[None]] | None = None, learner: Learner | None = None,
    ) -> None:  # fmt: skip
        """keep_going: run what comes after a failure, too. mutant: what is done otherwise than the pages say.
        only_changes: leave out the blocks that are marked as only looking (`mutate=no`).
        at_failure: awaited with the item at which the run stops, before the clean-up. outputs: records or compares what
        the blocks print. learner: who does it; without a browser unless given."""
        self._session, self._report = session, report
        self._keep_going, self._part, self._at_failure = keep_going, part, at_failure
        self._outputs = outputs
        self._learner = learner or WithoutBrowser(session)
        self._items = ItemRunner(
            session, self._learner, self._note, lambda text: report(Noted(text)), mutant, only_changes, outputs
        )
        self._loop = asyncio.get_running_loop()
        self._results: dict[str, Result] = {}
        self._notes: list[str] = []

    async def run(self) -> bool:
        """Run everything. True when all that was planned was done and passed.

        Cancelling it ends the run in order: clean-up, reports. Raises ScenarioError, ShellError, WorkspaceError
        when it cannot even begin.
        """
        session = self._session
        plan = make_plan(session, self._part, self._outputs)
        began = self._loop.time()
        workspace = session.workspace
        self._report(
            RunPlanned(
                session.scenario.name, session.scenario.title, str(workspace.path), str(workspace.logs), plan.items
            )
        )
        watcher = asyncio.create_task(self._watch(session.subscribe()))
        self._casts = PageCasts(session)
        interrupted = stopped = False
        try:
            await self._learner.begin()
            for page in plan.pages:
                await self._page(page)
        except Stop:
            stopped = True
        except asyncio.CancelledError:
            interrupted = True
        except BaseException:
            stopped = True
            raise
        finally:
            await _surely(session.blocks.end_left())
            self._backgrounds(plan)
            await self._clean_up(plan)
            await _surely(self._close())
            await watcher
            await self._casts.end()
            passed = self._finish(plan, interrupted, stopped, self._loop.time() - began)
        if interrupted:
            raise asyncio.CancelledError
        return passed

    async def _watch(self, events: Subscription) -> None:
        """Keep what the session says about background scripts and problems."""
        async for event in events:
            if isinstance(event, ProblemFound):
                self._note(event.message)
            elif isinstance(event, BackgroundEnded) and event.status != 0:
                # At once, since what follows may fail for it; at the end it is a failed item, with its last lines.
                ended = f"The background script of {event.page} ended with status {event.status}"
                self._report(Noted(f"{ended} (log: {event.log})."))

    # Pages and items

    async def _page(self, plan: PagePlan) -> None:
        page = plan.page
        began, picture = self._loop.time(), ""
        self._report(PageStarted(page))
        try:
            self._casts.begin()
            await self._learner.open_page(page.id)
            for item in plan.items:
                await self._item(item)
            picture = "" if page.hidden else await self._learner.picture(f"page-{page.id}", page.id)
        finally:
            self._report(PageEnded(page, self._loop.time() - began, picture))

    async def _item(self, item: Item) -> None:
        self._report(ItemStarted(item))
        began = self._loop.time()
        try:
            result = await self._items.run(item)
        except asyncio.CancelledError:
            self._ended(item, Result("interrupted", self._loop.time() - began, reason="interrupted"))
            raise
        except (SessionError, ScenarioError, WorkspaceError, KeyError, OSError) as error:
            reason = f"{error} is no longer on the page" if isinstance(error, KeyError) else str(error)
            result = Result("failed", self._loop.time() - began, reason=reason)
        try:
            if result.outcome == "failed":
                result = await self._with_pictures(item, result)
        finally:
            self._ended(item, result)
        # Other output stops nobody: all of it is told in one run.
        if result.outcome == "failed" and item.kind != "output" and not self._keep_going:
            if self._at_failure is not None:
                await self._at_failure(item)
            raise Stop

    async def _with_pictures(self, item: Item, failed: Result) -> Result:
        name = FIRST_TERMINAL if item.block is None else terminal_for(item.block)
        recording = (await self._casts.write(item.page)).get(name)
        picture = await self._learner.picture(f"failed-{item.id.replace('/', '-')}")
        return replace(failed, recording=str(recording or ""), picture=picture)

    # The end

    def _backgrounds(self, plan: Plan) -> None:
        """Tell how the background scripts ended; those that still run are meant to, or are ended with the run."""
        for item in plan.backgrounds:
            status = self._session.scripts.background_status.get(item.page)
            path = self._log(f"background-{item.page}")
            if status is not None and status != 0:
                why = f"ended with status {status}; if that is meant, let the script end with `exit 0`"
                result = Result("failed", 0.0, status, why, last_lines(tail(path)), str(path))
            elif status == 0:
                result = Result("passed", 0.0, status, log=str(path))
            elif item.page in self._session.scripts.background_running:
                result = Result("passed", 0.0, reason="left running", log=str(path))
            else:
                continue  # the run did not come to its page
            self._report(ItemStarted(item))
            self._ended(item, result)

    async def _clean_up(self, plan: Plan) -> None:
        item = plan.cleanup
        if item is None or not self._session.progress.started:
            return
        self._report(ItemStarted(item))
        began = self._loop.time()
        status: int | None = None
        try:
            status = await self._session.cleanup()
        except asyncio.CancelledError:
            reason = "interrupted"
        except (SessionError, ScenarioError, OSError) as error:
            reason = str(error)
        else:
            reason = "over its time limit" if status is None else f"ended with status {status}"
        log = self._log("cleanup")
        duration = self._loop.time() - began
        if status == 0:
            self._ended(item, Result("passed", duration, 0, log=str(log)))
        else:
            self._ended(item, Result("failed", duration, status, reason, last_lines(tail(log)), str(log)))

    async def _close(self) -> None:
        await self._learner.end()
        await self._end_left_behind()

    async def _end_left_behind(self) -> None:
        """What runs on after the clean-up would be in the next run's way, unless lessons of a group share it."""
        session = self._session
        if not session.runtime.keeps_state or session.scenario.extra.get("group"):
            return
        for command in await asyncio.to_thread(left_behind.end, session.workspace.setting):
            self._note(
                f"`{command}` still ran after the lesson and was ended: end it on the last page that needs it, or in "
                'the clean-up ("handrail": {"cleanup": "clean.sh"} in the index).'
            )

    def _finish(self, plan: Plan, interrupted: bool, stopped: bool, duration: float) -> bool:
        """Compare the results with the plan and tell the sum. True when everything was done and passed."""
        failed = any(each.outcome == "failed" for each in self._results.values())
        needed = [item for item in plan.items if item.kind != "cleanup"]
        missing = [item.id for item in needed if item.id not in self._results]
        if missing and not (interrupted or stopped):
            self._note(f"Never run, though planned: {', '.join(missing)}. This is an error of handrail.")
        counts = (
            sum(each.outcome == outcome for each in self._results.values())
            for outcome in ("passed", "typed", "failed", "skipped")
        )
        passed = not (interrupted or stopped or failed or missing)
        logs = str(self._session.workspace.logs)
        self._report(RunEnded(passed, interrupted, duration, tuple(missing), tuple(self._notes), logs, *counts))
        return passed

    def _ended(self, item: Item, result: Result) -> None:
        self._results[item.id] = result
        self._report(ItemEnded(item, result))

    def _note(self, text: str) -> None:
        self._notes.append(text)
        self._report(Noted(text))

    def _log(self, name: str) -> Path:
        return self._session.workspace.logs / f"{name}.log"


async def _surely(closing: Coroutine[None, None, None]) -> None:
    """Wait for its end even when cancelled meanwhile: it is short, and without it processes stay behind."""
    task = asyncio.create_task(closing)
    while not task.done():
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.shield(task)
    task.result()
