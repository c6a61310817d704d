"""`handrail test`: do what a learner does, without a browser, and check before and after each step.

For each page: its scripts, its check (which must fail), its blocks (each must end with status 0, or as marked), its
check again (which must pass). Before the finish page every earlier check is run once more. At the end no background
script may have failed. The clean-up runs at the end of every run, whatever happened.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from handrail.errors import SessionError
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
from handrail.runner.plan import Item, PagePlan, Plan, make_plan
from handrail.runtime.workspace import WorkspaceError
from handrail.scenario.reader import ScenarioError
from handrail.session.block_typing import StillRuns
from handrail.session.check import plain, tail
from handrail.session.events import BackgroundEnded, ProblemFound, Subscription
from handrail.session.long_running import FIRST_TERMINAL, LOOK_EVERY
from handrail.session.session import Session
from handrail.terminal.block_run import CommandResult
from handrail.terminal.terminal import Terminal

Report = Callable[[Event], None]

_LAST_LINES = 20


@dataclass(frozen=True)
class Limits:
    """Seconds. block: for one block in all. quiet: without any output. check: for one check. The index's
    `handrail.limits` sets them for a scenario, a directive before a block sets `timeout` for that block."""

    block: float = 1800.0
    quiet: float = 120.0
    check: float = 180.0

    @classmethod
    def of(cls, extra: Mapping[str, Any]) -> Limits:
        """The scenario's own limits, the defaults where it says nothing."""
        given = extra.get("limits")
        numbers = {
            name: float(value)
            for name, value in (given.items() if isinstance(given, dict) else ())
            if name in ("block", "quiet", "check") and isinstance(value, int | float) and value > 0
        }
        return cls(**numbers)


class Stop(Exception):
    """An item failed: nothing after it is run, but the clean-up."""


class Runner:
    """Drives one session through its plan and reports each item."""

    def __init__(self, session: Session, limits: Limits, report: Report) -> None:
        self._session, self._limits, self._report = session, limits, report
        self._loop = asyncio.get_running_loop()
        self._left_running: dict[str, asyncio.Task[CommandResult]] = {}
        self._left_title: dict[str, str] = {}
        self._results: dict[str, Result] = {}
        self._notes: list[str] = []

    async def run(self) -> bool:
        """Run everything. True when all that was planned was done and passed.

        Cancelling it ends the run in order: clean-up, reports. Raises ScenarioError, ShellError, WorkspaceError
        when it cannot even begin.
        """
        session = self._session
        plan = make_plan(session)
        began = self._loop.time()
        workspace = session.workspace
        self._report(
            RunPlanned(
                session.scenario.name, session.scenario.title, str(workspace.path), str(workspace.logs), plan.items
            )
        )
        watcher = asyncio.create_task(self._watch(session.subscribe()))
        interrupted = stopped = False
        try:
            await session.start()
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
            for task in self._left_running.values():
                task.cancel()
            await asyncio.gather(*self._left_running.values(), return_exceptions=True)
            self._backgrounds(plan)
            await self._clean_up(plan)
            await session.close(cleanup=False)
            await watcher
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
        began = self._loop.time()
        self._report(PageStarted(page))
        try:
            await self._session.open_page(page.id)
            for item in plan.items:
                await self._item(item)
        finally:
            self._report(PageEnded(page, self._loop.time() - began))

    async def _item(self, item: Item) -> None:
        self._report(ItemStarted(item))
        began = self._loop.time()
        try:
            if item.kind == "block":
                result = await self._block(item, began)
            elif item.kind == "foreground":
                result = await self._foreground(item, began)
            else:
                result = await self._check(item)
        except asyncio.CancelledError:
            self._ended(item, Result("interrupted", self._loop.time() - began, reason="interrupted"))
            raise
        except (SessionError, ScenarioError, WorkspaceError, KeyError, OSError) as error:
            reason = f"{error} is no longer on the page" if isinstance(error, KeyError) else str(error)
            result = Result("failed", self._loop.time() - began, reason=reason)
        self._ended(item, result)
        if result.outcome == "failed":
            raise Stop

    async def _foreground(self, item: Item, began: float) -> Result:
        shell = self._session.terminal(FIRST_TERMINAL)
        start = shell.seq
        try:
            async with asyncio.timeout(self._limits.block):
                result = await self._session.wait_foreground()
        except TimeoutError:
            result = CommandResult(None, "timeout", self._limits.block)
        duration = self._loop.time() - began
        assert result is not None
        log = str(self._log(f"terminal-{FIRST_TERMINAL}"))
        if result.ended != "prompt":
            why = _why(result, self._limits.block, self._limits.quiet)
            if result.ended == "timeout":
                more = _more(result.duration)
                why += f'; to allow more, put this into the index: "handrail": {{"limits": {{"block": {more}}}}}'
                why += self._set_up_still_runs(result)
            return Result("failed", duration, result.status, why, _output(shell, start), log)
        if result.status:
            # The platforms never looked at it, and scripts end in all sorts of commands; `exit` would end the shell.
            reason = f"ended with status {result.status}"
            self._note(f"The foreground script of {item.page} {reason}.")
            return Result("passed", duration, result.status, reason, log=log)
        return Result("passed", duration, result.status, log=log)

    async def _check(self, item: Item) -> Result:
        page_id = item.id.partition("/")[0]
        result = await self._session.check(page_id, "runner")
        log = str(self._log(f"check-{page_id}"))
        if result.timed_out:
            # Before the step too: a learner who is not done yet would wait as long for an answer.
            why = (
                f"{result.reason} A check looks once and answers; where it needs longer, put this into the index: "
                f'"handrail": {{"limits": {{"check": {_more(result.duration)}}}}}'
            )
            output = _last_lines(tail(self._log(f"check-{page_id}")))
            return Result("failed", result.duration, reason=why, output=output, log=log)
        if item.kind == "check-before":
            if not result.passed:
                return Result("passed", result.duration, log=log)
            why = "the check passes before anything was done, so it proves nothing"
            return Result("failed", result.duration, reason=why, output=tail(self._log(f"check-{page_id}")), log=log)
        if result.passed:
            return Result("passed", result.duration, log=log)
        why = "the check does not pass" if item.kind == "check-after" else "the check passed before and fails now"
        reason = result.reason + (f"\nHint: {result.hint}" if result.hint else "")
        return Result("failed", result.duration, reason=f"{why}: {reason}", log=log)

    # Blocks

    async def _block(self, item: Item, began: float) -> Result:
        block = item.block
        assert block is not None
        if block.directives.skip is not None:
            return Result("skipped", 0.0, reason=block.directives.skip)
        name = self._session.terminal_for(block)
        shell = await self._session.open_terminal(name, block.host or "host01")
        start = shell.seq
        limit = block.directives.timeout or self._limits.block
        quiet = None if block.directives.timeout else self._limits.quiet
        if name in self._left_running and not shell.busy:
            del self._left_running[name]
        # Typed into a program that was left running, or after Ctrl-C has ended it.
        task = asyncio.create_task(
            self._session.run_block(
                block.id, timeout=limit, quiet=quiet, type_when_busy=name in self._left_running, origin="runner"
            )
        )
        try:
            while not task.done():
                await asyncio.wait({task}, timeout=LOOK_EVERY)
                if not task.done() and self._session.may_be_left(block, item.page, self._loop.time() - began):
                    self._left_running[name], self._left_title[name] = task, item.title
                    shell.lift_limits()
                    return Result("passed", self._loop.time() - began, reason="left running", log=self._shell_log(name))
        except asyncio.CancelledError:
            task.cancel()
            raise
        try:
            result = task.result()
        except StillRuns:
            why = (
                f"was not run: Ctrl-C did not end `{self._left_title.get(name, 'the command before')}`; end that one "
                "in a block of its own first (`:q!`, `exit`), or run this one in another terminal (`{{execute T2}}`)"
            )
            return Result("failed", self._loop.time() - began, None, why, _output(shell, start), self._shell_log(name))
        duration = self._loop.time() - began
        expected = block.directives.expect
        if expected == "any" or result.ended == "typed" or block.action == "file":
            return Result("passed", duration, result.status, log=self._shell_log(name))
        if result.ended == "prompt" and result.status == (expected or 0):
            return Result("passed", duration, result.status, log=self._shell_log(name))
        why = _why(result, limit, quiet or 0.0)
        if result.ended == "prompt" and expected:
            why += f", not {expected} as the page says"
        else:
            why += _if_meant(result) + self._set_up_still_runs(result)
        said = await self._what_the_check_says(item.page)
        return Result("failed", duration, result.status, why + said, _output(shell, start), self._shell_log(name))

    def _set_up_still_runs(self, result: CommandResult) -> str:
        """What a block that was stopped may have waited for: the background scripts that still run."""
        if result.ended not in ("timeout", "stalled"):
            return ""
        return "".join(
            f"\n{page.background.name} (background script of {page.id}) is still running."
            for page in self._session.scenario.pages
            if page.background is not None and page.id in self._session.background_running
        )

    async def _what_the_check_says(self, page_id: str) -> str:
        if self._session.scenario.page(page_id).verify is None:
            return ""
        result = await self._session.check(page_id, "runner")
        return "\nThe check passes nevertheless." if result.passed else f"\nThe check says: {result.reason}"

    # The end

    def _backgrounds(self, plan: Plan) -> None:
        """Tell how the background scripts ended; those that still run are meant to, or are ended with the run."""
        for item in plan.backgrounds:
            status = self._session.background_status.get(item.page)
            path = self._log(f"background-{item.page}")
            if status is not None and status != 0:
                why = f"ended with status {status}; if that is meant, let the script end with `exit 0`"
                result = Result("failed", 0.0, status, why, _last_lines(tail(path)), str(path))
            elif status == 0:
                result = Result("passed", 0.0, status, log=str(path))
            elif item.page in self._session.background_running:
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
            self._ended(item, Result("failed", duration, status, reason, _last_lines(tail(log)), str(log)))

    def _finish(self, plan: Plan, interrupted: bool, stopped: bool, duration: float) -> bool:
        """Compare the results with the plan and tell the sum. True when everything was done and passed."""
        failed = any(each.outcome == "failed" for each in self._results.values())
        needed = [item for item in plan.items if item.kind != "cleanup"]
        missing = [item.id for item in needed if item.id not in self._results]
        if missing and not (interrupted or stopped):
            self._note(f"Never run, though planned: {', '.join(missing)}. This is an error of handrail.")
        counts = (
            sum(each.outcome == outcome for each in self._results.values())
            for outcome in ("passed", "failed", "skipped")
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

    def _shell_log(self, name: str) -> str:
        return str(self._log(f"terminal-{name}"))


def _why(result: CommandResult, limit: float, quiet: float) -> str:
    if result.ended == "timeout":
        return f"did not end within {limit:g} seconds and was stopped"
    if result.ended == "stalled":
        return f"printed nothing for {quiet:g} seconds and was stopped"
    if result.ended == "incomplete":
        return "is not a whole command: the shell waits for more (an open quote, a missing `done`?)"
    if result.ended == "shell-exited":
        return f"ended the shell, with status {result.status}"
    return f"ended with status {result.status}"


def _if_meant(result: CommandResult) -> str:
    """How the page's author says that a block may end so; "" where nothing can be said."""
    if result.ended in ("timeout", "stalled"):
        return f"; to allow more: `<!-- handrail: timeout={_more(result.duration)} -->` above the block"
    if result.ended == "prompt" and result.status:
        return f"; if that is meant: `<!-- handrail: expect={result.status} -->` above the block"
    return ""


def _more(duration: float) -> int:
    """A limit to propose for what was stopped after so many seconds: about twice as long, in whole minutes."""
    return 60 * math.ceil(duration / 30)


def _output(shell: Terminal, start: int) -> str:
    return _last_lines(plain(shell.output(start)))


def _last_lines(text: str, count: int = _LAST_LINES) -> str:
    return "\n".join([line.rstrip() for line in text.splitlines() if line.strip()][-count:])
