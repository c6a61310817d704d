"""One learner's run of a scenario: pages, terminals, results. The player and the runner both drive it.

Everything that happens is an `Event`; `subscribe` gives them all.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from handrail.errors import SessionError
from handrail.markdown.api import Block, MarkerMissing, Rendered, apply_file_action, parse, render
from handrail.markdown.placeholders import substitute
from handrail.runtime.host import FIRST_HOST, Host, Runtime
from handrail.runtime.workspace import Workspace, WorkspaceError
from handrail.scenario import safe_paths
from handrail.scenario.reader import Page, Scenario
from handrail.session import block_typing, events, long_running
from handrail.session.check import DEFAULT_LIMIT, CheckResult
from handrail.session.events import EventHub, Origin, Subscription
from handrail.session.long_running import FIRST_TERMINAL
from handrail.session.progress import Progress
from handrail.session.scripts import Scripts
from handrail.session.terminals import Terminals
from handrail.terminal.block_run import CommandResult
from handrail.terminal.terminal import Terminal

_CLEANUP_LIMIT = 900.0
_PROMPT_WITHIN = 10.0


@dataclass(frozen=True)
class SessionOptions:
    """columns, lines: size of new terminals, in characters. check_limit: seconds for one check. keep_logs: write
    what terminals print to the workspace's logs."""

    columns: int = 80
    lines: int = 24
    check_limit: float = DEFAULT_LIMIT
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
        self._hub = EventHub()
        self._scripts = Scripts(workspace, self.runtime, self._hub)
        self._terminals = Terminals(workspace, self.runtime, self._hub, keep_logs=self.options.keep_logs)
        self._foreground: asyncio.Task[CommandResult] | None = None
        self._left_running: set[asyncio.Task[CommandResult]] = set()
        self._opened_at: dict[str, float] = {}
        self._parsed: dict[str, tuple[str, tuple[Block, ...]]] = {}
        self._checks = asyncio.Lock()

    # Life

    async def start(self) -> None:
        """Lay out the assets (once in the life of a workspace) and open the first terminal.

        Background scripts that a stop of handrail cut short are started again.
        Raises ShellError, WorkspaceError, ScenarioError.
        """
        for problem in await self.runtime.start(self.scenario):
            self._hub.emit(events.ProblemFound(str(problem)))
        await self.open_terminal(FIRST_TERMINAL)
        for tab in self.scenario.terminals:
            terminal = await self.open_terminal(tab.name, tab.target or FIRST_HOST)
            if tab.command and await terminal.wait_prompt(_PROMPT_WITHIN):
                terminal.type(tab.command)
        for page in self.scenario.pages:
            if page.id in self.progress.opened - self.progress.finished:
                await self._spawn_background(page)

    async def close(self, cleanup: bool) -> None:
        """End every process of the session; with `cleanup`, run the scenario's clean-up script before."""
        await self._stop_commands()
        await self._scripts.end_background()
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
        self._hub.emit(events.SessionReset())
        await self.start()

    async def cleanup(self) -> int | None:
        """End the page's scripts, then run the clean-up script, if there is one and anything was run.

        Its exit status, 0 without one, None over its time limit.
        """
        script = self.cleanup_script()
        await self._stop_commands()
        await self._scripts.end_background()
        if script is None or not self.progress.started:
            return 0
        status = await self._scripts.cleanup(self.scenario, script, _CLEANUP_LIMIT)
        if status == 0:
            self.progress.started = False
            # A full disk must not stand in the way of those who start over to make room; cleaning twice does no harm.
            with contextlib.suppress(WorkspaceError):
                self._save()
        return status

    def cleanup_script(self) -> Path | None:
        """The script named by `handrail.cleanup` in the index. Raises ScenarioError when it cannot be read."""
        name = self.scenario.extra.get("cleanup")
        if not isinstance(name, str):
            return None
        try:
            return safe_paths.resolve(self.scenario.root, name)
        except safe_paths.UnsafePath as refusal:
            raise SessionError(f"The clean-up script cannot be run: {refusal.problem('')}") from None

    def subscribe(self) -> Subscription:
        """Every event from now on."""
        return self._hub.subscribe()

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
        self._opened_at.setdefault(page_id, time.monotonic())
        self._save()
        self._hub.emit(events.PageOpened(page_id))
        if first:
            await self._spawn_background(page)
            if page.foreground is not None:
                await self.wait_foreground()
                self._foreground = asyncio.create_task(self._run_foreground(page))

    async def wait_foreground(self) -> CommandResult | None:
        """Wait until no foreground script runs. How the last one ended, None when there was none."""
        return None if self._foreground is None else await asyncio.shield(self._foreground)

    def render(self, page_id: str) -> Rendered:
        """The page as it stands on the disk now.

        Raises KeyError for an unknown page, ScenarioError when its file cannot be read.
        """
        path = self.page_text(page_id)
        name = "" if path is None else str(path.relative_to(self.scenario.root.resolve()))
        placeholders = self.runtime.placeholders(inside=False)
        return render(self._text(page_id), page_id, path=name, placeholders=placeholders)

    def page_text(self, page_id: str) -> Path | None:
        """The file that holds the page's text; for "step2-answer" that of the page's solution."""
        page_id, _, part = page_id.partition("-")
        page = self.scenario.page(page_id)
        return page.answer if part == "answer" else page.text

    def block(self, block_id: str) -> Block:
        """The block with this id, from the page as it stands now. Raises KeyError."""
        for block in self.blocks(block_id.rpartition("-")[0]):
            if block.id == block_id:
                return block
        raise KeyError(block_id)

    def blocks(self, page_id: str) -> tuple[Block, ...]:
        """The blocks of the page as it stands now, as they are run. Raises KeyError, ScenarioError."""
        text = substitute(self._text(page_id), self.runtime.placeholders(inside=True))
        if self._parsed.get(page_id, ("", ()))[0] != text:
            self._parsed[page_id] = (text, parse(text, page_id).blocks)
        return self._parsed[page_id][1]

    # Blocks

    async def run_block(
        self, block_id: str, terminal: str | None = None, *, timeout: float | None = None,
        quiet: float | None = None, type_when_busy: bool = False, origin: Origin = "learner",
    ) -> CommandResult:  # fmt: skip
        """Do what a click on the block does, and wait for its end.

        terminal: where, unless the block says so itself. timeout, quiet: as for `Terminal.run`. type_when_busy:
        type into a program that runs there (and wait for nothing) rather than raise TerminalBusy.
        Raises KeyError for an unknown block, SessionError when it cannot be done.
        """
        block = self.block(block_id)
        name = self.terminal_for(block, terminal)
        self._hub.emit(events.BlockStarted(block_id, name, origin))
        result = CommandResult(None, "prompt", 0.0)
        try:
            if block.action == "file":
                self._write_file(block)
                result = CommandResult(0, "prompt", 0.0)
            elif block.action == "execute":
                shell = await self.open_terminal(name, block.host or FIRST_HOST)
                self._mark_started()
                result = await block_typing.type_block(block, shell, timeout, quiet, type_when_busy)
        finally:
            self._hub.emit(events.BlockEnded(block_id, name, origin, result))
        return result

    def remember_run(self, block_id: str, status: int | None) -> None:
        """Keep a block's exit status for later starts; None: it runs, or its end is unknown. Raises WorkspaceError."""
        if self.progress.ran.get(block_id) != status:
            self.progress.ran.pop(block_id, None)
            if status is not None:
                self.progress.ran[block_id] = status
            self._save()

    def terminal_for(self, block: Block, current: str | None = None) -> str:
        """The name of the terminal that the block runs in when `current` is the one in front."""
        elsewhere = block.host if block.host not in (None, FIRST_HOST) else None
        return block.terminal or elsewhere or current or FIRST_TERMINAL

    def _write_file(self, block: Block) -> None:
        path = str(PurePosixPath(self.scenario.editor_root) / (block.filename or ""))
        try:
            self.runtime.write_file(path, apply_file_action(self.runtime.read_file(path) or "", block))
        except MarkerMissing as error:
            raise SessionError(str(error)) from None
        except OSError as error:
            reason = error.strerror or str(error)
            raise SessionError(f"{block.filename} cannot be written: {reason}.") from None

    # Checks and quizzes

    async def check(self, page_id: str, origin: Origin = "learner") -> CheckResult:
        """Run the page's check (one at a time). A page without one passes. Raises KeyError, ScenarioError."""
        page = self.scenario.page(page_id)
        async with self._checks:
            self._hub.emit(events.CheckStarted(page_id, origin))
            seconds = time.monotonic() - self._opened_at.get(page_id, time.monotonic())
            result = await self._scripts.check(self.scenario, page, seconds, self.options.check_limit)
        if result.passed:
            self.progress.passed.add(page_id)
        else:
            self.progress.passed.discard(page_id)
        self._save()
        self._hub.emit(events.CheckEnded(page_id, origin, result))
        return result

    def answer(self, page_id: str, quiz_id: str, answers: list[str]) -> bool:
        """Answer a quiz; right answers are kept. Raises KeyError for an unknown quiz."""
        for quiz in self.render(page_id).quizzes:
            if quiz.id == quiz_id:
                right = quiz.passes(answers)
                if right:
                    self.progress.answers[quiz_id] = answers
                    self._save()
                self._hub.emit(events.QuizAnswered(page_id, quiz_id, right))
                return right
        raise KeyError(quiz_id)

    @property
    def background_status(self) -> dict[str, int]:
        """Exit status of the background scripts that have ended, by page."""
        return self._scripts.background_status

    @property
    def background_running(self) -> frozenset[str]:
        """The pages whose background script runs now."""
        return self._scripts.background_running

    async def fast_forward(self, page_id: str) -> bool:
        """Go to `page_id` by doing what leads there, stopping at the first check that still fails.

        A step whose check passes already is skipped. Cancel the task to stop. False when it stopped on the way.
        """
        for page in self.scenario.pages:
            await self.open_page(page.id)
            if page.id == page_id:
                return True
            await self.wait_foreground()
            if page.verify is not None and (await self.check(page.id, "fast-forward")).passed:
                self._hub.emit(events.ForwardStepped(page.id, "skipped"))
                continue
            self._hub.emit(events.ForwardStepped(page.id, "running"))
            for block in self.blocks(page.id):
                if block.action in ("execute", "file") and block.directives.skip is None:
                    await self._run_or_leave(block, page.id)
            passed = page.verify is None or (await self.check(page.id, "fast-forward")).passed
            self._hub.emit(events.ForwardStepped(page.id, "passed" if passed else "failed"))
            if not passed:
                return False
        raise KeyError(page_id)

    def may_be_left(self, block: Block, page_id: str, running_for: float) -> bool:
        """Whether the block, which has been running for so many seconds, is to be left alone while the page goes on."""
        name = self.terminal_for(block)
        shell = self.terminals.get(name)
        # Asked many times a second: the page is read only for a program that is quiet.
        if shell is None or not long_running.is_settled(shell, running_for):
            return False
        here = [each for each in self.blocks(page_id) if each.action == "execute" and self.terminal_for(each) == name]
        following = here[here.index(block) + 1 :] if block in here else []
        return long_running.is_meant_to_run(block, following, shell)

    async def _run_or_leave(self, block: Block, page_id: str) -> None:
        """Run a block until its end, or until it may be left running as the runner leaves it."""
        began = time.monotonic()
        task = asyncio.create_task(
            self.run_block(block.id, timeout=block.directives.timeout, type_when_busy=True, origin="fast-forward")
        )
        self._left_running.add(task)
        task.add_done_callback(self._left_running.discard)
        try:
            while not task.done():
                await asyncio.wait({task}, timeout=long_running.LOOK_EVERY)
                if self.may_be_left(block, page_id, time.monotonic() - began):
                    return
        except asyncio.CancelledError:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            raise
        task.result()

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

    def _text(self, page_id: str) -> str:
        path = self.page_text(page_id)
        return "" if path is None else self.scenario.read(path)

    async def _spawn_background(self, page: Page) -> None:
        def ended_well() -> None:
            self.progress.finished.add(page.id)
            try:
                self._save()
            except WorkspaceError as error:  # nobody asked for this, so nobody waits for an answer
                self._hub.emit(events.ProblemFound(str(error)))

        if page.background is None:
            ended_well()
        else:
            await self._scripts.spawn_background(self.scenario, page, ended_well)

    async def _run_foreground(self, page: Page) -> CommandResult:
        assert page.foreground is not None
        shell = await self.open_terminal(FIRST_TERMINAL)
        self._hub.emit(events.ForegroundStarted(page.id))
        result = await shell.run(self.runtime.source_line(self._scripts.prepared(self.scenario, page.foreground)))
        self._hub.emit(events.ForegroundEnded(page.id, result))
        return result

    async def _stop_commands(self) -> None:
        left = list(self._left_running)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        if self._foreground is not None:
            self._foreground.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._foreground
            self._foreground = None

    def _mark_started(self) -> None:
        if not self.progress.started:
            self.progress.started = True
            self._save()

    def _save(self) -> None:
        """Raises WorkspaceError; then progress is again what the disk says, so that the same click tries it again."""
        wanted = self.progress.to_json()
        try:
            self.workspace.save_progress(wanted)
        except WorkspaceError:
            self.progress = Progress.from_json(self._saved)
            raise
        self._saved = wanted
