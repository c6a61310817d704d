"""One learner's run as the browser drives it: every request becomes one call here, every result a state change."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from handrail.errors import SessionError
from handrail.markdown.api import Block
from handrail.runtime.host import FIRST_HOST
from handrail.scenario.reader import ScenarioError
from handrail.server import credentials, page_events, recheck
from handrail.server.clicks import Clicks
from handrail.server.editor import Editor
from handrail.server.errors import FAILURES, RequestError, sentence
from handrail.server.forward import Forward
from handrail.server.page_state import BlockRun, PageState, Preparation
from handrail.server.pages import Pages
from handrail.server.preview.registry import Origins
from handrail.server.sharing import SharedTerminal
from handrail.server.tasks import Tasks
from handrail.server.terminal_states import TerminalStates
from handrail.session.begin_anew import begin_anew
from handrail.session.events import BlockEnded, BlockStarted, CommandEnded, Origin, Subscription
from handrail.session.long_running import FIRST_TERMINAL
from handrail.session.progress import page_of
from handrail.session.session import Session
from handrail.terminal.shell_states import Exited
from handrail.terminal.terminal import Terminal

# Terminals open at once: each is a shell with its children.
MOST_TERMINALS = 12


class Player:
    """Drives a session. `can_skip`: pages may be left without their check; `watch`: author mode."""

    def __init__(self, session: Session, origins: Origins, *, can_skip: bool, watch: bool) -> None:
        self.session = session
        self.can_skip = can_skip
        self.watch = watch
        self.clicked_by: Origin = "learner"
        """Whose clicks these are: the learner's, or those of `handrail test`, which have limits."""
        self.pages = Pages(session)
        self.page_state = PageState(auto_check=session.scenario.challenge)
        self.tasks = Tasks(self.page_state)
        self.forward = Forward(session, self.page_state, self.tasks)
        self.editor = Editor(self.block, session)
        self.clicks = Clicks(self)
        self.previews = origins.add(credentials.lesson(session.workspace.path), session.runtime)
        self.services: list[dict[str, Any]] = []
        self.lamp: Callable[[], dict[str, Any] | None] = lambda: None
        """Whether what the course's lessons share runs, for the page."""
        self.board: Callable[[], dict[str, Any] | None] = lambda: None
        """What the instructor's board is told, for the page; None where there is none."""
        self.command_ended = asyncio.Event()
        self.terminal_states = TerminalStates(lambda: session.terminals)
        self._shared: dict[str, SharedTerminal] = {}

    # Life

    async def start(self) -> None:
        """Opens the session and its first page, or the page where the learner was."""
        self.follow = asyncio.create_task(self._follow(self.session.subscribe()))
        await self.session.start()
        if self.session.scenario.layout == "terminal-terminal" and len(self.session.terminals) == 1:
            await self.open_terminal("T2")
        self.previews.start(self.session.scenario)
        for block, status in self.session.progress.ran.items():
            self.page_state.blocks[block] = BlockRun("ended", FIRST_TERMINAL, "prompt", status)
        await self._open_first()
        recheck.begin(self.session, self.page_state, self.tasks)
        self.page_state.changed()

    async def stop(self) -> None:
        """Ends every process; what the learner has reached stays."""
        await self.tasks.end()
        await self.session.close(cleanup=False)
        self.previews.end()
        await self.follow

    async def _open_first(self) -> None:
        shown = [page.id for page in self.pages.shown()]
        if self.session.progress.page in shown:
            for page in self.pages.shown():
                if page.background is not None and page.id in self.session.progress.finished:
                    self.page_state.preparations[page.id] = Preparation("done")
            return
        for page in self.session.scenario.pages:
            await self.session.open_page(page.id)
            if not page.hidden:
                break

    async def _follow(self, events: Subscription) -> None:
        async for event in events:
            self.terminal_states.note(event)
            page_events.apply(self.page_state, event)
            if isinstance(event, BlockStarted):
                self._remember(event.block, None)
            elif isinstance(event, BlockEnded):
                self._remember(event.block, event.result.status if event.result.ended == "prompt" else None)
            if isinstance(event, CommandEnded | BlockEnded):
                self.command_ended.set()
            self.forward.narrate(event)

    def _remember(self, block_id: str, status: int | None) -> None:
        if self.session.offers.find(block_id):
            return
        try:
            self.session.remember_run(block_id, status)
        except FAILURES as error:
            self.page_state.say(sentence(error))

    # State

    def state(self) -> dict[str, Any]:
        """Everything the page draws itself from."""
        scenario, progress = self.session.scenario, self.session.progress
        shown = self.pages.shown()
        current = progress.page if progress.page in {page.id for page in shown} else (shown[0].id if shown else "")
        return {
            **self.page_state.as_json(),
            "lesson": credentials.lesson(self.session.workspace.path),
            "begun": progress.begun,
            "layout": scenario.layout or "",
            "title": scenario.title or scenario.name,
            "description": scenario.description,
            "difficulty": scenario.difficulty,
            "time": scenario.time,
            "current": current,
            "pages": [self.pages.info(page, index) for index, page in enumerate(shown)],
            "quizzes": {page.id: self.pages.answered(page.id) for page in shown if page.id == current},
            "terminals": [
                self.terminal_states.of(each, self.shared(each.name)) for each in self.session.terminals.values()
            ],
            "lamp": self.lamp(),
            "board": self.board(),
            "watch": self.watch,
            "canSkip": self.can_skip,
            "services": self.services,
            **self.previews.as_json(),
            "editor": self.editor.at_start(),
        }

    # Pages

    async def open_page(self, page_id: str) -> None:
        """Goes to a page that is open."""
        self.pages.readable(page_id)
        self.tasks.spawn(self.session.open_page(page_id))

    def reset_page(self, page_id: str) -> None:
        """Begins to forget what was done on a page and to run its scripts again."""
        self.pages.readable(page_id)
        state = self.page_state
        check = state.checks.get(page_id)
        runs = [run for block, run in state.blocks.items() if page_of(block) == page_id and run.state == "running"]
        if runs or (check is not None and check.state == "running") or state.forward is not None or state.resetting:
            raise RequestError(409, "Something of this step is still running. Wait for it or stop it, then try again.")
        state.forget(page_id)
        self.tasks.spawn(begin_anew(self.session, page_id))

    def skip(self, page_id: str) -> None:
        """Lets an instructor leave a page whose check has not passed."""
        if not self.can_skip:
            raise RequestError(403, "Checks can be skipped only when handrail was started with --instructor.")
        self.pages.skipped.add(self.pages.page(page_id).id)
        self.page_state.changed()

    def start_check(self, page_id: str, origin: Origin = "learner") -> None:
        """Begins a check unless one runs; the state tells how it goes."""
        page = self.pages.readable(page_id)
        if page.verify is None:
            raise RequestError(400, "This page has no check.")
        running = self.page_state.checks.get(page_id)
        if running is not None and running.state == "running":
            return
        self.tasks.spawn(self._check(page_id, origin), asked=origin == "learner")

    async def _check(self, page_id: str, origin: Origin) -> None:
        try:
            await self.session.check(page_id, origin)
        except BaseException:
            self.page_state.checks.pop(page_id, None)
            raise

    def quiz(self, page_id: str, number: int, answers: list[str]) -> bool:
        """Answers a question; right answers are kept."""
        self.pages.readable(page_id)
        quizzes = self.pages.quizzes(page_id)
        if number >= len(quizzes):
            raise RequestError(404, "There is no such question on this page.")
        return self.session.answer(page_id, quizzes[number].id, answers)

    # Blocks

    def block(self, block_id: str) -> Block:
        """The block with this id, on a page that is open or offered by its check. Raises RequestError."""
        if offered := self.session.offers.find(block_id):
            return offered
        try:
            self.pages.readable(page_of(block_id))
            return self.session.texts.block(block_id)
        except (KeyError, RequestError):
            raise RequestError(404, "There is no such command in this scenario.") from None
        except ScenarioError as error:
            raise RequestError(404, str(error)) from None

    # Terminals

    def shared(self, name: str) -> SharedTerminal | None:
        """The terminal of this name as its connections share it; None when there is none."""
        terminal = self.session.terminals.get(name)
        if terminal is None:
            self._shared.pop(name, None)
            return None
        known = self._shared.get(name)
        if known is None or known.terminal is not terminal:
            known = self._shared[name] = SharedTerminal(terminal)
        return known

    async def new_terminal(self) -> str:
        """Opens a terminal with the first free name."""
        number = 1
        while f"T{number}" in self.session.terminals:
            number += 1
        await self.open_terminal(f"T{number}")
        return f"T{number}"

    async def open_terminal(self, name: str, host: str = FIRST_HOST) -> None:
        if len(self.session.terminals) >= MOST_TERMINALS:
            raise RequestError(409, f"{MOST_TERMINALS} terminals are open. Close one of them first.")
        try:
            await self.session.open_terminal(name, host)
        except SessionError as error:
            raise RequestError(500, str(error)) from None

    async def close_terminal(self, name: str, force: bool) -> None:
        """Closes a terminal; a busy one only when forced."""
        terminal = self._terminal(name)
        if terminal.busy and not force:
            raise RequestError(409, f"A command is still running in {name}.", busy=name)
        await self.session.close_terminal(name)
        if not self.session.terminals:
            await self.open_terminal(FIRST_TERMINAL)

    def restart_terminal(self, name: str) -> None:
        """Starts a new shell where one has ended."""
        terminal = self._terminal(name)
        if isinstance(terminal.state, Exited):
            terminal.restart()
        self.page_state.changed()

    def _terminal(self, name: str) -> Terminal:
        terminal = self.session.terminals.get(name)
        if terminal is None:
            raise RequestError(404, "There is no such terminal.")
        return terminal

    # Previews

    async def open_preview(self, asked: Mapping[str, Any]) -> str:
        """Shows a service: `port`, and `host`, `path`, `name` if they are given. Its id. Raises RequestError."""
        preview = self.previews.open(asked.get("port"), asked.get("host"), asked.get("path"), asked.get("name"))
        await self.previews.look(all_of_them=True)
        self.page_state.changed()
        return preview.id

    def close_preview(self, preview: str) -> None:
        """Shows it no longer."""
        self.previews.close(preview)
        self.page_state.changed()

    # The whole lesson

    def set_auto_check(self, on: bool) -> None:
        """Whether a waiting step is checked again by itself."""
        self.page_state.auto_check = on
        self.command_ended.set()
        self.page_state.changed()

    def start_reset(self) -> None:
        """Begins to start over."""
        if not self.page_state.resetting:
            self.page_state.resetting = True
            self.page_state.changed()
            self.reset_task = asyncio.create_task(self.tasks.noticing(self._reset()))

    async def _reset(self) -> None:
        try:
            await self.tasks.end()
            self.clicks = Clicks(self)
            await self.session.reset()
            credentials.forget(self.session.workspace.path)  # the next start signs every tab out
            self.pages.skipped.clear()
            self.page_state.clear()
            self.previews.start(self.session.scenario)
            await self._open_first()
        finally:
            self.page_state.resetting = False
            self.page_state.changed()
