"""`handrail test`: its arguments, the workspace, the reports, Ctrl-C."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import shutil
import signal
import sys
from pathlib import Path

from handrail.errors import SessionError
from handrail.runner.events import Event
from handrail.runner.reports.cast import Cast
from handrail.runner.reports.junit import Junit
from handrail.runner.reports.lines import JsonLines, Tap
from handrail.runner.reports.pretty import Pretty
from handrail.runner.runner import Report, Runner
from handrail.runtime import trust
from handrail.runtime.host import Runtime
from handrail.runtime.workspace import Workspace, WorkspaceError
from handrail.scenario.reader import Scenario, ScenarioError, load
from handrail.session.check import plain
from handrail.session.events import Subscription, TerminalOpened
from handrail.session.long_running import FIRST_TERMINAL
from handrail.session.scripts import cleanup_script
from handrail.session.session import Session, SessionOptions
from handrail.terminal.pty_process import ShellError

PASSED, FAILED, CANNOT_BEGIN, INTERRUPTED = 0, 1, 2, 130
_TICK = 0.2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `handrail test`."""
    parser.add_argument("scenario", nargs="?", default=".", type=Path, help="a scenario's folder (default: here)")
    trust.add_arguments(parser)
    parser.add_argument("--workspace", type=Path, metavar="DIR", help="the folder to run in (default: one of its own)")
    parser.add_argument("--format", choices=("pretty", "tap", "json"), default="pretty", help="what to print")
    parser.add_argument("--junit", type=Path, metavar="FILE", help="also write JUnit XML")
    parser.add_argument("--cast", type=Path, metavar="FILE", help="also record the first terminal (asciicast)")
    parser.add_argument("--log", type=Path, metavar="DIR", help="keep the full logs there")
    parser.add_argument("--keep", action="store_true", help="keep the workspace after a run that passed")


def run(args: argparse.Namespace) -> int:
    """Run the scenario's test. Returns the exit status."""
    try:
        scenario = load(args.scenario)
        errors = [problem for problem in scenario.problems if problem.severity == "error"]
        for problem in errors:
            print(f"handrail: {problem}", file=sys.stderr)
        if errors:
            return CANNOT_BEGIN
        return asyncio.run(_test(scenario, args))
    except (ScenarioError, WorkspaceError, ShellError, SessionError, trust.NotApproved) as error:
        print(f"handrail: {error}", file=sys.stderr)
        return CANNOT_BEGIN
    except OSError as error:
        print(f"handrail: {error.filename or 'The run'}: {error.strerror}.", file=sys.stderr)
        return CANNOT_BEGIN


async def _test(scenario: Scenario, args: argparse.Namespace) -> int:
    workspace = Workspace.open_default(scenario, "test") if args.workspace is None else Workspace.open(args.workspace)
    passed = False
    try:
        runtime = trust.choose(scenario, workspace, args)
        await _clean_up_before(scenario, workspace, runtime)
        workspace.wipe()
        if args.log is not None:
            args.log.mkdir(parents=True, exist_ok=True)
            workspace.logs = args.log.absolute()
            for old in workspace.logs.glob("*.log"):
                old.unlink()
        passed = await _run(scenario, workspace, runtime, args)
    except asyncio.CancelledError:
        return INTERRUPTED
    finally:
        if passed and args.workspace is None and not args.keep:
            workspace.remove()
        else:
            workspace.close()
    return PASSED if passed else FAILED


async def _clean_up_before(scenario: Scenario, workspace: Workspace, runtime: Runtime) -> None:
    """When the last run in this workspace was killed, run the clean-up that it did not come to."""
    session = Session(scenario, workspace, runtime=runtime)
    if runtime.keeps_state and session.progress.started and cleanup_script(scenario) is not None:
        print("The last run was cut short: cleaning up after it.", file=sys.stderr)
        status = await session.cleanup()
        if status != 0:
            log = workspace.logs / "cleanup.log"
            print(f"The clean-up ended with status {status}; going on. Its output: {log}", file=sys.stderr)


async def _run(scenario: Scenario, workspace: Workspace, runtime: Runtime, args: argparse.Namespace) -> bool:
    size = shutil.get_terminal_size()
    session = Session(scenario, workspace, SessionOptions(columns=120, lines=40), runtime)
    pretty = None
    if args.format == "pretty":
        colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ
        pretty = Pretty(sys.stdout, colour=colour, latest=lambda: _latest(session), width=size.columns)
    to_program = Tap(sys.stdout) if args.format == "tap" else JsonLines(sys.stdout)
    reports: list[Report] = [pretty.handle if pretty else to_program.handle]
    if args.junit is not None:
        reports.append(Junit(args.junit).handle)

    task = asyncio.current_task()
    assert task is not None

    def report(event: Event) -> None:
        for each in list(reports):
            try:
                each(event)
            except OSError:
                # The terminal or the pipe is gone, or the disk is full: end in order, clean-up included.
                reports.remove(each)
                task.cancel()

    loop = asyncio.get_running_loop()
    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # The first one ends the run in order, clean-up included; the second one cuts the clean-up short.
        loop.add_signal_handler(signum, task.cancel)
    ticker = asyncio.create_task(_tick(pretty)) if pretty else None
    recorder = None
    if args.cast is not None:
        cast = Cast(args.cast, session.options.columns, session.options.lines, scenario.title)
        recorder = asyncio.create_task(_record(session, session.subscribe(), cast))
    try:
        return await Runner(session, report).run()
    finally:
        if ticker is not None:
            ticker.cancel()
        if recorder is not None:
            await recorder  # it ends with the session


async def _tick(pretty: Pretty) -> None:
    with contextlib.suppress(OSError):  # the next event meets it too
        while True:
            await asyncio.sleep(_TICK)
            pretty.tick()


async def _record(session: Session, events: Subscription, cast: Cast) -> None:
    async for event in events:
        if event == TerminalOpened(FIRST_TERMINAL):
            with contextlib.suppress(KeyError):
                await cast.record(session.terminal(FIRST_TERMINAL).attach(0))
            return


def _latest(session: Session) -> str:
    """The last line that the first terminal has printed."""
    terminal = session.terminals.get(FIRST_TERMINAL)
    if terminal is None:
        return ""
    lines = plain(terminal.output(terminal.seq - 1000)).splitlines()
    return next((line.strip() for line in reversed(lines) if line.strip()), "")
