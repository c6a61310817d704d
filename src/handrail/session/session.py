"""One learner's run of a scenario: pages, terminals, results. The player and the runner both drive it.

Everything that happens is an `Event`; `subscribe` gives them all.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass

from handrail.runtime.host import FIRST_HOST, Host, Runtime
from handrail.runtime.workspace import Workspace, WorkspaceError
from handrail.scenario.reader import Page, Scenario
from handrail.session import events, long_running
from handrail.session.block_runner import BlockRunner
from handrail.session.check import CheckResult
from handrail.session.events import EventHub, Origin, Subscription
from handrail.session.file_action import write_file
from handrail.session.foreground import Foreground
from handrail.session.limits import Limits
from handrail.session.long_running import FIRST_TERMINAL, first_line
from handrail.session.offers import Offers, parts
from handrail.session.page_texts import PageTexts
from handrail.session.progress import Progress
from handrail.session.scripts import Scripts, cleanup_script
from handrail.session.terminals import Terminals, terminal_for
from handrail.terminal.block_run import CommandResult
from handrail.terminal.terminal import Terminal

_CLEANUP_LIMIT = 900.0


@dataclass(frozen=True)
class SessionOptions:
    """columns, lines: size of new terminals, in characters. keep_logs: write what terminals print to the workspace's
    logs."""

    columns: int = 80
    lines: int = 24
    keep_logs: bool = True


class Session:
    """A run of `scenario` in `workspace`. `runtime`: where; this machine unless given.

    `scenario` may be replaced by a newer reading of the same folder: nothing else keeps one.
    """

    def __init__(
        self, scenario: Scenario, workspace: Workspace, options: SessionOptions | None = None,
        runtime: Runtime | None = None,
    ) -> None:  # fmt: skip
        self.scenario = scenario
        self.workspace = workspace
        self.options = options or SessionOptions()
        self.runtime = runtime or Host(scenario, workspace)
        self._saved = workspace.load_progress()
        self.progress = Progress.from_json(self._saved)
        self.texts = PageTexts(lambda: self.scenario, self.runtime)
        self.blocks = BlockRunner(lambda: self.limits)
        self._hub = EventHub()
        self.scripts = Scripts(workspace, self.runtime, self._hub)
        self._terminals = Terminals(workspace, self.runtime, self._hub, keep_logs=self.options.keep_logs)
        self._foreground = Foreground(self.blocks, self.tell)
        self._opened_at: dict[str, float] = {}
        self._checks = asyncio.Lock()
        self.offers = Offers()

    # Life

    async def start(self) -> None:
        """Lay out the assets (once in the life of a workspace) and open the first terminal.

        Background scripts that a stop of handrail cut short are started again.
        Raises ShellError, WorkspaceError, ScenarioError.
        """
        for problem in await self.runtime.start(self.scenario):
            self.tell(events.ProblemFound(str(problem)))
        await self._terminals.reopen(self.options.columns, self.options.lines)
        size = self.options.columns, self.options.lines
        await self._terminals.open(FIRST_TERMINAL, FIRST_HOST, *size, self.scenario.message)
        for tab in self.scenario.terminals:
            await self._terminals.open_tab(tab, *size)
        for page in self.scenario.pages:
            if page.id in self.progress.opened - self.progress.finished:
                await self._spawn_background(page)

    async def close(self, cleanup: bool) -> None:
        """End every process of the session; with `cleanup`, run the scenario's clean-up script before."""
        await self.blocks.end_left()
        await self._foreground.stop()
        await self.scripts.end_background()
        try:
            if cleanup:
                await self.cleanup()
        finally:
            await self._terminals.close_all()
            await self.runtime.stop()
            self._hub.close()

    async def reset(self) -> None:
        """Clean up, then begin afresh: new home, new shells, no progress."""
        await self.cleanup()
        await self._terminals.close_all()
        await self.runtime.stop()
        self.workspace.wipe()
        self.progress, self._saved = Progress(), {}
        self._opened_at.clear()
        self.offers.clear()
        self.tell(events.SessionReset())
        await self.start()

    async def cleanup(self) -> int | None:
        """End the page's scripts, then run the clean-up script, if there is one and anything was run.

        Its exit status, 0 without one, None over its time limit.
        """
        script = cleanup_script(self.scenario)
        await self.blocks.end_left()
        await self._foreground.stop()
        await self.scripts.end_background()
        if script is None or not self.progress.started:
            return 0
        status = await self.scripts.cleanup(self.scenario, script, _CLEANUP_LIMIT)
        if status == 0:
            self.progress.started = False
            # A full disk must not stand in the way of those who start over to make room; cleaning twice does no harm.
            with contextlib.suppress(WorkspaceError):
                self._save()
        return status

    def subscribe(self) -> Subscription:
        """Every event from now on."""
        return self._hub.subscribe()

    def tell(self, event: events.Event) -> None:
        """Tell everyone who has subscribed."""
        self._hub.emit(event)

    @property
    def limits(self) -> Limits:
        """How long things may take."""
        return Limits.of(self.scenario.extra)

    # Pages

    async def open_page(self, page_id: str) -> None:
        """Go to a page. The first time, its background script is started, then its foreground script in T1.

        Returns without waiting for either; `wait_foreground` waits. Raises KeyError for an unknown page.
        """
        page = self.scenario.page(page_id)
        first = page_id not in self.progress.opened
        self.progress.page = page_id
        self.progress.opened.add(page_id)
        self.progress.started = self.progress.started or bool(page.background or page.foreground)
        now = time.monotonic()
        self._opened_at[page_id] = now if first else self._opened_at.get(page_id, now)
        self._save()
        self.tell(events.PageOpened(page_id))
        if first:
            await self._spawn_background(page)
            if page.foreground is not None:
                shell = await self.open_terminal(FIRST_TERMINAL)
                line = self.runtime.source_line(self.scripts.prepared(self.scenario, page.foreground))
                await self._foreground.start(page, shell, line)

    async def wait_foreground(self) -> CommandResult | None:
        """Wait until no foreground script runs. How the last one ended, None when there was none."""
        return await self._foreground.wait()

    # Blocks

    async def run_block(
        self, block_id: str, terminal: str | None = None, *, type_when_busy: bool = False, origin: Origin = "learner"
    ) -> CommandResult:
        """Do what a click on the block does, and wait for its end.

        terminal: where, unless the block says so itself. type_when_busy: type into a program that runs there (and
        wait for nothing) rather than raise TerminalBusy. What a learner runs has no limits.
        Raises KeyError for an unknown block, SessionError when it cannot be done.
        """
        block = self.offers.find(block_id) or self.texts.block(block_id)
        name = terminal_for(block, terminal)
        self.tell(events.BlockStarted(block_id, name, origin))
        result = CommandResult(None, "prompt", 0.0)
        try:
            if block.action == "file":
                write_file(self.runtime.files, self.scenario.editor_root, block)
                result = CommandResult(0, "prompt", 0.0)
            elif block.action == "execute":
                shell = await self.open_terminal(name, block.host or FIRST_HOST)
                if not self.progress.started:
                    self.progress.started = True
                    self._save()
                result = await self.blocks.run(
                    block, shell, limited=origin != "learner", type_when_busy=type_when_busy
                )
        finally:
            self.tell(events.BlockEnded(block_id, name, origin, result))
        return result

    async def run_or_leave(
        self, block_id: str, origin: Origin, *, type_when_busy: bool = False,
        click: Callable[[], Coroutine[None, None, CommandResult]] | None = None,
    ) -> CommandResult:  # fmt: skip
        """Run a block until its end, or until it may be left running while the page goes on ("left-running").

        click: runs it as well as `run_block` would, and waits for its end. Raises what `run_block` raises.
        """
        block = self.texts.block(block_id)
        shell = await self.open_terminal(terminal_for(block), block.host or FIRST_HOST)
        run = click() if click else self.run_block(block_id, type_when_busy=type_when_busy, origin=origin)

        def is_meant() -> bool:
            return long_running.is_meant_to_run(block, self.texts.following(block), shell)

        return await self.blocks.end_or_leave(asyncio.create_task(run), shell, f"`{first_line(block)}`", is_meant)

    def remember_run(self, block_id: str, status: int | None) -> None:
        """Keep a block's exit status for later starts; None: it runs, or its end is unknown. Raises WorkspaceError."""
        if self.progress.ran.get(block_id) != status:
            self.progress.keep_run(block_id, status)
            self._save()

    # Checks and quizzes

    async def check(self, page_id: str, origin: Origin = "learner") -> CheckResult:
        """Run the page's check (one at a time). A page without one passes. Raises KeyError, ScenarioError."""
        page = self.scenario.page(page_id)
        async with self._checks:
            self.tell(events.CheckStarted(page_id, origin))
            seconds = time.monotonic() - self._opened_at.get(page_id, time.monotonic())
            result = await self.scripts.check(self.scenario, page, seconds, self.limits.check)
        self.offers.keep(page_id, parts(result.reason, page_id) if result.is_written else ())
        if result.passed:
            self.progress.passed.add(page_id)
        else:
            self.progress.passed.discard(page_id)
        self._save()
        self.tell(events.CheckEnded(page_id, origin, result))
        return result

    def answer(self, page_id: str, quiz_id: str, answers: list[str]) -> bool:
        """Answer a quiz; right answers are kept. Raises KeyError for an unknown quiz."""
        for quiz in self.texts.quizzes(page_id):
            if quiz.id == quiz_id:
                if right := quiz.passes(answers):
                    self.progress.answers[quiz_id] = answers
                    self._save()
                self.tell(events.QuizAnswered(page_id, quiz_id, right))
                return right
        raise KeyError(quiz_id)

    # Terminals

    @property
    def terminals(self) -> dict[str, Terminal]:
        """The open terminals by name."""
        return self._terminals.open_ones

    def terminal(self, name: str) -> Terminal:
        """The open terminal of this name. Raises KeyError."""
        return self.terminals[name]

    async def open_terminal(self, name: str, host: str = FIRST_HOST) -> Terminal:
        """The terminal of this name, opened if need be, on `host`. Raises ShellError, OSError."""
        return await self._terminals.open(name, host, self.options.columns, self.options.lines)

    async def close_terminal(self, name: str) -> None:
        """End the terminal and every process in it. Raises KeyError."""
        await self._terminals.close(name)

    # Inner matters

    async def _spawn_background(self, page: Page) -> None:
        def ended_well() -> None:
            self.progress.finished.add(page.id)
            try:
                self._save()
            except WorkspaceError as error:  # nobody asked for this, so nobody waits for an answer
                self.tell(events.ProblemFound(str(error)))

        if page.background is None:
            ended_well()
        else:
            await self.scripts.spawn_background(self.scenario, page, ended_well)

    def _save(self) -> None:
        """Raises WorkspaceError; then progress is again what the disk says, so that the same click tries it again."""
        wanted = self.progress.to_json()
        try:
            self.workspace.save_progress(wanted)
        except WorkspaceError:
            self.progress = Progress.from_json(self._saved)
            raise
        self._saved = wanted
