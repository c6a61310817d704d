"""`handrail test`: its arguments, the reports, Ctrl-C."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import re
import shutil
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

from handrail.browser import chromium
from handrail.errors import HandrailError
from handrail.runner import one, part, selection
from handrail.runner.many import Listener, Suite, default_jobs
from handrail.runner.mutation import Mutation, MutationListener
from handrail.runner.reports.files import FileOfMany, FileReport
from handrail.runner.reports.github import GitHub
from handrail.runner.reports.html import Html
from handrail.runner.reports.junit import Junit
from handrail.runner.reports.lines import JsonLines, Tap
from handrail.runner.reports.many import JsonMany, PrettyMany, TapMany, Together
from handrail.runner.reports.mutation import GitHubMutation, JsonMutation, PrettyMutation
from handrail.runner.reports.pretty import Pretty
from handrail.runner.runner import Report
from handrail.runtime import trust
from handrail.session.check import plain
from handrail.session.long_running import FIRST_TERMINAL
from handrail.session.session import Session

PASSED, FAILED, CANNOT_BEGIN, INTERRUPTED = 0, 1, 2, 130
_TICK = 0.2

Answer = TypeVar("Answer")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `handrail test`."""
    parser.add_argument(
        "paths", nargs="*", default=[Path()], type=Path, metavar="PATH",
        help="folders of scenarios, courses or repositories (default: here)",
    )  # fmt: skip
    trust.add_arguments(parser)
    parser.add_argument(
        "--workspace", type=Path, metavar="DIR",
        help="the folder to run in, of many scenarios one below it for each (default: one of its own)",
    )  # fmt: skip
    parser.add_argument(
        "--format", choices=("pretty", "tap", "json", "github"), default="pretty",
        help="what to print; github: also annotations, and the job's summary where $GITHUB_STEP_SUMMARY names its file",
    )  # fmt: skip
    parser.add_argument("--junit", type=Path, metavar="FILE", help="also write JUnit XML")
    parser.add_argument("--html", type=Path, metavar="FILE", help="also write a page to read, with all output")
    parser.add_argument("--cast", type=Path, metavar="FILE", help="also record the first terminal (one scenario only)")
    parser.add_argument("--log", type=Path, metavar="DIR", help="keep the full logs there")
    parser.add_argument(
        "--browser", action="store_true",
        help="play it in a real Chromium, by its buttons; --html shows each page as a learner sees it",
    )  # fmt: skip
    parser.add_argument("--keep-going", action="store_true", help="after a failure, run the rest too and report it all")
    parser.add_argument("--keep", action="store_true", help="keep the workspace after a run that passed")
    parser.add_argument(
        "--mutate", action="store_true",
        help="leave out one block at a time, and see whether a check notices (with --changed-since: of changed lines)",
    )  # fmt: skip
    output = parser.add_mutually_exclusive_group()
    output.add_argument(
        "--record", dest="output", action="store_const", const="record",
        help="keep what each block prints beside its page, in PAGE.output.txt",
    )  # fmt: skip
    output.add_argument(
        "--compare", dest="output", action="store_const", const="compare",
        help="fail where a learner now sees something else than was recorded",
    )  # fmt: skip
    parser.add_argument(
        "--shell", action="store_true", help="where it fails, hand over the terminal, before anything is cleaned up"
    )
    part.add_arguments(parser)
    many = parser.add_argument_group("many scenarios")
    many.add_argument("--jobs", type=_positive, metavar="N", help="side by side (default: as the machine allows)")
    many.add_argument("--shard", type=_shard, metavar="I/N", help="only the part I of N, the same on every machine")
    many.add_argument(
        "--changed-since", metavar="REV", help="only scenarios with files that differ from this git revision"
    )
    many.add_argument("--retries", type=_count, default=0, metavar="N", help="try a scenario that fails so often again")
    many.add_argument("--repeat", type=_positive, default=1, metavar="N", help="run each so often; say how many passed")


def run(args: argparse.Namespace) -> int:
    """Run the tests. Returns the exit status."""
    try:
        chosen = selection.choose(args.paths)
        alone = len(chosen) == 1 and args.repeat == 1 and not args.retries and args.format != "github"
        _refuse_what_does_not_fit(args, alone, chosen)
        if args.changed_since is not None:
            chosen = selection.changed_since(chosen, args.changed_since)
        units = selection.units(chosen)
        if args.shard is not None:
            units = selection.shard(units, *args.shard)
        if not units:
            print("handrail: no scenario is left to test: none has changed, or this shard is empty.", file=sys.stderr)
            return PASSED
        if args.mutate:
            return asyncio.run(_mutate(units, args))
        if alone:
            return asyncio.run(_one(chosen[0], args))
        return asyncio.run(_many(units, args))
    except HandrailError as error:
        print(f"handrail: {error}", file=sys.stderr)
        return CANNOT_BEGIN
    except OSError as error:
        print(f"handrail: {error.filename or 'The run'}: {error.strerror}.", file=sys.stderr)
        return CANNOT_BEGIN


def _refuse_what_does_not_fit(args: argparse.Namespace, alone: bool, chosen: list[selection.Chosen]) -> None:
    """Raises NothingToTest for options that say nothing together."""
    alone_only = {"--cast": args.cast, "--shell": args.shell}
    if args.browser:
        against_browser = alone_only | {"--mutate": args.mutate, f"--{args.output}": args.output}
        if wrong := [name for name, value in against_browser.items() if value]:
            raise selection.NothingToTest(f"--browser goes without {' and '.join(wrong)}: leave one or the other out.")
        chromium.check_installed()
    of_one = alone_only | {"--from": args.first, "--until": args.last, "--only": args.only}
    against_mutants = alone_only | {"--format tap": args.format == "tap", "--junit": args.junit, "--html": args.html}
    against_mutants |= {f"--{args.output}": args.output}
    against_mutants |= {"--retries": args.retries, "--repeat": args.repeat > 1, "--keep-going": args.keep_going}
    if args.mutate and (wrong := [name for name, value in against_mutants.items() if value]):
        raise selection.NothingToTest(f"--mutate goes without {' and '.join(wrong)}: leave it out.")
    if not alone and (wrong := [name for name, value in of_one.items() if value]):
        raise selection.NothingToTest(
            f"{' and '.join(wrong)}: for one run of one scenario, and this would be {_more_than_one(chosen, args)}: "
            "name one scenario, without --repeat, --retries and --format github."
        )
    has_terminal = sys.stdin.isatty() and sys.stdout.isatty()
    if args.shell and (args.keep_going or args.format != "pretty" or not has_terminal):
        raise selection.NothingToTest(
            "--shell needs a terminal to hand over, and goes without --format and --keep-going."
        )


async def _one(chosen: selection.Chosen, args: argparse.Namespace) -> int:
    if chosen.scenario is None or chosen.error:
        print("\n".join(f"handrail: {line}" for line in chosen.error.splitlines()), file=sys.stderr)
        return CANNOT_BEGIN
    pretty: list[Pretty] = []
    files = _files(args)

    def reports(session: Session) -> list[Report]:
        if args.format == "pretty":
            width = shutil.get_terminal_size().columns
            pretty.append(Pretty(sys.stdout, colour=_colour(), latest=lambda: _latest(session), width=width))
            to_print: Report = pretty[0].handle
        else:
            to_print = (Tap(sys.stdout) if args.format == "tap" else JsonLines(sys.stdout)).handle
        return [to_print, *(file.run() for file in files)]

    stop = _stop_on_signals()
    test = one.test(chosen.scenario, args, reports, stop, workspace=args.workspace, log=args.log, mutant=None)
    try:
        return PASSED if await _ticking(test, lambda: pretty[0].tick() if pretty else None) else FAILED
    except asyncio.CancelledError:
        return INTERRUPTED


async def _many(units: list[list[selection.Chosen]], args: argparse.Namespace) -> int:
    count = sum(map(len, units))
    jobs = min(args.jobs or default_jobs(browser=args.browser), len(units))
    pretty = github = None
    listeners: list[Listener] = []
    if args.format in ("pretty", "github"):
        pretty = PrettyMany(sys.stdout, colour=_colour(), count=count, live=jobs == 1, latest=_latest)
        listeners.append(pretty)
    if args.format == "github":
        summary = os.environ.get("GITHUB_STEP_SUMMARY")
        github = GitHub(sys.stdout, Path(summary) if summary else None)
        listeners.append(github)
    elif args.format != "pretty":
        listeners.append(TapMany(sys.stdout, count) if args.format == "tap" else JsonMany(sys.stdout))
    listeners += [FileOfMany(file) for file in _files(args)]
    suite = Suite(args, Together(*listeners), _stop_on_signals())
    status = None
    try:
        await _ticking(suite.run(units, jobs), pretty.tick if pretty else lambda: None)
    except asyncio.CancelledError:
        status = INTERRUPTED
    if pretty is not None:
        with contextlib.suppress(OSError):
            pretty.end(suite.tested)
            if github is not None:
                github.end(suite.tested)
    return status or _status(suite, flaky_fails=args.repeat > 1)


async def _mutate(units: list[list[selection.Chosen]], args: argparse.Namespace) -> int:
    jobs = min(args.jobs or default_jobs(browser=args.browser), len(units))
    pretty = None
    listener: MutationListener = JsonMutation(sys.stdout)
    if args.format != "json":
        kind = GitHubMutation if args.format == "github" else PrettyMutation
        listener = pretty = kind(sys.stdout, colour=_colour(), live=jobs == 1)
    mutation = Mutation(args, listener, _stop_on_signals())
    status = None
    try:
        await _ticking(mutation.run(units, jobs), pretty.tick if pretty else lambda: None)
    except asyncio.CancelledError:
        status = INTERRUPTED
    if pretty is not None:
        with contextlib.suppress(OSError):
            pretty.end(mutation.tested)
    return status or _status(mutation)


def _status(suite: Suite, *, flaky_fails: bool = False) -> int:
    verdicts = {tested.verdict for tested in suite.tested}
    if "failed" in verdicts or (flaky_fails and "flaky" in verdicts):
        return FAILED
    return CANNOT_BEGIN if "unusable" in verdicts else PASSED


def _files(args: argparse.Namespace) -> list[FileReport]:
    kinds: tuple[tuple[type[FileReport], Path | None], ...] = ((Junit, args.junit), (Html, args.html))
    return [kind(path) for kind, path in kinds if path is not None]


def _stop_on_signals() -> Callable[[], None]:
    """The first signal ends the run in order, clean-up included; the second one cuts the clean-up short."""
    task = asyncio.current_task()
    assert task is not None
    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(signum, task.cancel)

    def stop() -> None:
        if not task.cancelling():  # a closed terminal is a signal, too, and must not cut the clean-up short
            task.cancel()

    return stop


async def _ticking(work: Awaitable[Answer], tick: Callable[[], None]) -> Answer:
    async def ticks() -> None:
        with contextlib.suppress(OSError):  # the next event meets it too
            while True:
                await asyncio.sleep(_TICK)
                tick()

    ticker = asyncio.create_task(ticks())
    try:
        return await work
    finally:
        ticker.cancel()


def _latest(session: Session) -> str:
    """The last line that the first terminal has printed."""
    terminal = session.terminals.get(FIRST_TERMINAL)
    if terminal is None:
        return ""
    lines = plain(terminal.output(terminal.seq - 1000)).splitlines()
    return next((line.strip() for line in reversed(lines) if line.strip()), "")


def _colour() -> bool:
    return sys.stdout.isatty() and "NO_COLOR" not in os.environ


def _more_than_one(chosen: list[selection.Chosen], args: argparse.Namespace) -> str:
    return f"{len(chosen)} of them" if len(chosen) > 1 else f"up to {args.repeat + args.retries} runs"


def _count(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise argparse.ArgumentTypeError(f"{text} is not a whole number, 0 or above")
    return int(text)


def _positive(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", text) or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text} is not a whole number above 0")
    return int(text)


def _shard(text: str) -> tuple[int, int]:
    """ "2/3" as (2, 3)."""
    found = re.fullmatch(r"([0-9]{1,9})/([0-9]{1,9})", text)
    if found is None or not 1 <= int(found[1]) <= int(found[2]):
        raise argparse.ArgumentTypeError(f"{text} is not a part of a whole, as 1/3, 2/3 or 3/3")
    return int(found[1]), int(found[2])
