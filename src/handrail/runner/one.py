"""Test one scenario: its workspace, the place where it runs, its reports, and what a killed run left to clean up."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import sys
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

from handrail.runner import live_terminal, part
from handrail.runner.events import Event, RunEnded
from handrail.runner.learner import Learner
from handrail.runner.mutants import Mutant
from handrail.runner.outputs import Outputs
from handrail.runner.plan import Item
from handrail.runner.runner import Report, Runner
from handrail.runtime import trust
from handrail.runtime.host import Runtime
from handrail.runtime.workspace import Workspace
from handrail.scenario.reader import Scenario
from handrail.session.asciicast import Cast
from handrail.session.events import Subscription, TerminalOpened
from handrail.session.long_running import FIRST_TERMINAL
from handrail.session.scripts import cleanup_script
from handrail.session.session import Session, SessionOptions
from handrail.session.terminals import terminal_for

Reports = Callable[[Session], list[Report]]
"""Gives the reports of one run, which may look at its session."""


async def test(
    scenario: Scenario, args: argparse.Namespace, reports: Reports, stop: Callable[[], None], *,
    workspace: Path | None, log: Path | None, mutant: Mutant | None,
) -> bool:  # fmt: skip
    """Run the scenario's test in `workspace` (None: one of its own, removed when all passed). True when it passed.

    log: a folder for the full logs. mutant: what is done otherwise than the pages say. stop: called when a report can
    be written no more, to end the whole run in order.
    Raises CancelledError after the run was ended in order, HandrailError and OSError when it cannot begin.
    """
    opened = Workspace.open_default(scenario, "test") if workspace is None else Workspace.open(workspace)
    passed = False
    try:
        # The run without a mutant has shown it.
        runtime = trust.choose(scenario, opened, args, say=mutant is None)
        await _clean_up_before(scenario, opened, runtime)
        opened.wipe()
        if log is not None:
            log.mkdir(parents=True, exist_ok=True)
            opened.logs = log.absolute()
            _remove_old_logs(opened.logs)
        passed = await _run(scenario, opened, runtime, args, reports, stop, mutant)
    finally:
        if passed and workspace is None and not args.keep:
            opened.remove()
        else:
            opened.close()
    return passed


def _remove_old_logs(folder: Path) -> None:
    """Only those of an earlier run: the folder may be one that its user has for more than this."""
    logs = ("terminal-*.log", "check-*.log", "hint-*.log", "background-*.log", "cleanup.log")
    for name in (*logs, "failed-*.cast", "failed-*.jpg", "page-*.jpg"):
        for old in folder.glob(name):
            old.unlink()


async def _clean_up_before(scenario: Scenario, workspace: Workspace, runtime: Runtime) -> None:
    """When the last run in this workspace was killed, run the clean-up that it did not come to."""
    session = Session(scenario, workspace, runtime=runtime)
    if runtime.keeps_state and session.progress.started and cleanup_script(scenario) is not None:
        print("The last run was cut short: cleaning up after it.", file=sys.stderr)
        status = await session.cleanup()
        if status != 0:
            log = workspace.logs / "cleanup.log"
            print(f"The clean-up ended with status {status}; going on. Its output: {log}", file=sys.stderr)


async def _run(
    scenario: Scenario, workspace: Workspace, runtime: Runtime, args: argparse.Namespace, reports: Reports,
    stop: Callable[[], None], mutant: Mutant | None,
) -> bool:  # fmt: skip
    session = Session(scenario, workspace, SessionOptions(columns=120, lines=40), runtime)
    listening = reports(session)
    unwritten: list[OSError] = []

    def report(event: Event) -> None:
        for each in list(listening):
            try:
                each(event)
            except OSError as error:
                # The terminal or the pipe is gone, or the disk is full: end in order, clean-up included.
                listening.remove(each)
                if isinstance(event, RunEnded):
                    unwritten.append(error)
                else:
                    stop()

    recorder = None
    if args.cast is not None:
        record = Cast(args.cast, session.options.columns, session.options.lines, scenario.title)
        recorder = asyncio.create_task(_record(session, session.subscribe(), record))
    try:
        asked = part.of(args, scenario)
        # Before its page nothing differs from the run without a mutant, whose checks have judged that.
        asked = asked if mutant is None else replace(asked, first=mutant.item.page)
        runner = Runner(
            session, report, keep_going=args.keep_going, part=asked, mutant=mutant, only_changes=args.mutate,
            learner=_in_browser(session, args.keep_going or asked != part.WHOLE) if args.browser else None,
            at_failure=_attend(session) if args.shell else None,
            outputs=Outputs(scenario, args.output, runtime.home) if args.output else None,
        )  # fmt: skip
        passed = await runner.run()
        if unwritten:
            raise unwritten[0]
        return passed
    finally:
        if recorder is not None:
            await recorder  # it ends with the session


def _in_browser(session: Session, can_skip: bool) -> Learner:
    from handrail.browser.learner import InBrowser  # needs Playwright, which is optional

    return InBrowser(session, can_skip=can_skip)


def _attend(session: Session) -> Callable[[Item], Awaitable[None]]:
    async def attend(item: Item) -> None:
        name = FIRST_TERMINAL if item.block is None else terminal_for(item.block)
        await live_terminal.attend(session.terminal(name))

    return attend


async def _record(session: Session, events: Subscription, cast: Cast) -> None:
    async for event in events:
        if event == TerminalOpened(FIRST_TERMINAL):
            with contextlib.suppress(KeyError):
                await cast.record(session.terminal(FIRST_TERMINAL))
            return
