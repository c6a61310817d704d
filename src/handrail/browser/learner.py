"""Goes through a session by the buttons of the player's page, and waits until the page shows what came of each."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from typing import Any, TypeVar

from playwright.async_api import Error, Locator

from handrail.browser.chromium import chromium
from handrail.browser.lesson_page import LessonPage, PageError, telling
from handrail.browser.played import played
from handrail.markdown.api import Block
from handrail.session.block_runner import StillRuns
from handrail.session.check import CheckResult
from handrail.session.events import (
    BlockEnded,
    BlockStarted,
    CheckEnded,
    Event,
    ForegroundStarted,
    QuizAnswered,
    Subscription,
)
from handrail.session.long_running import FIRST_TERMINAL
from handrail.session.session import Session
from handrail.session.terminals import terminal_for
from handrail.terminal.block_run import CommandResult

# How often what nobody tells is looked at, how long it may take to close all (seconds).
_LOOK_EVERY = 0.1
_CLOSED_WITHIN = 10.0

Wanted = TypeVar("Wanted", bound=Event)


class InBrowser:
    """A learner for `handrail test`, as `handrail.runner.learner` describes. can_skip: pages may be left without their
    check, by the button that instructors have."""

    def __init__(self, session: Session, *, can_skip: bool) -> None:
        self._session, self._can_skip = session, can_skip
        self._opened = AsyncExitStack()
        self._reached = ""
        """The page that was opened last."""
        self._foregrounds: set[str] = set()
        self._following: asyncio.Task[None] | None = None
        self._lesson: LessonPage

    async def begin(self) -> None:
        """Start Chromium, then the session, and open its page. Raises NoBrowser, and what the start of the session
        raises."""
        self._following = asyncio.create_task(self._follow(self._session.subscribe()))
        browser = await self._opened.enter_async_context(chromium())
        address = await self._opened.enter_async_context(played(self._session, can_skip=self._can_skip))
        self._lesson = await self._opened.enter_async_context(LessonPage.opened(browser, address))

    async def end(self) -> None:
        """Close the window, then end the player with its session, then Chromium."""
        with contextlib.suppress(Error, TimeoutError):  # it is gone already, or does not answer
            async with asyncio.timeout(_CLOSED_WITHIN):
                await self._opened.aclose()
        await self._session.close(cleanup=False)  # where the player did not come to it
        if self._following is not None:
            await self._following

    async def picture(self, name: str, page_id: str = "") -> str:
        """A JPEG of the window."""
        file = self._session.workspace.logs / f"{name}.jpg"
        with contextlib.suppress(Error):
            if page_id:
                await self._lesson.go_to(page_id)
            return str(file) if await self._lesson.picture(file) else ""
        return ""

    async def open_page(self, page_id: str) -> None:
        """By Next. A page that nobody sees is opened in the session itself, unless the player has done so."""
        page = self._session.scenario.page(page_id)
        if page.hidden:
            if page_id not in self._session.progress.opened:
                await self._session.open_page(page_id)
            return
        with telling(f"the page {page_id}"):
            if await self._lesson.current() != page_id:
                await self._lesson.go_to(self._reached)  # from the check of an earlier page
                await self._lesson.press_next(can_skip=self._can_skip)
            await self._lesson.until_shown(page_id)
            self._reached = page_id
            while page.foreground is not None and page_id not in self._foregrounds:
                await asyncio.sleep(_LOOK_EVERY)
                await self._lesson.raise_complaint()

    # Blocks

    async def run(self, block: Block) -> CommandResult:
        """By its button. A command without a terminal of its own is run in the first one."""
        with telling(f"a button for {block.id}"):
            await self._lesson.go_to(self._reached)
            button = await self._lesson.button(block)
        if block.action == "file":
            return await self._write(block, button)
        result = await self._session.run_or_leave(block.id, "runner", click=lambda: self._click(block, button))
        if result.ended != "left-running":
            with telling(f"how {block.id} ended"):
                await self._lesson.until_ended(block)
        return result

    async def _write(self, block: Block, button: Locator) -> CommandResult:
        began, page = asyncio.get_running_loop().time(), self._lesson.page
        with telling(f"the file of {block.id}"):
            address = f"/blocks/{block.id}/file"
            async with page.expect_response(lambda answer: answer.url.endswith(address)) as told:
                await button.click()
            if not (await told.value).ok:
                await self._lesson.raise_complaint(must=True)
            await page.locator('#tab-editor[aria-selected="true"]').wait_for()
        return CommandResult(0, "prompt", asyncio.get_running_loop().time() - began)

    async def _click(self, block: Block, button: Locator) -> CommandResult:
        """Press Run and wait for the end, which may be long in coming. Cancelled, it presses Ctrl-C."""
        name = terminal_for(block)
        try:
            with self._events() as events:
                with telling(f"that {block.id} runs"):
                    await self._lesson.dismiss_complaints()
                    if name == FIRST_TERMINAL:
                        await self._lesson.page.locator(f"#tab-{FIRST_TERMINAL}").click()
                    await button.click()
                    await self._until_begun(block, events)
                ended = await self._next(events, BlockEnded, lambda event: event.block == block.id)
        except asyncio.CancelledError:
            shell = self._session.terminals.get(name)
            if shell is not None and shell.busy:
                shell.interrupt()
            raise
        if ended.result.ended == "prompt" and ended.result.status is None:
            with telling(f"why {block.id} was not run"):
                said = await self._lesson.complaint()
            raise StillRuns(said, self._session.blocks.left_in(self._session.terminal(ended.terminal)))
        return ended.result

    async def _until_begun(self, block: Block, events: Subscription) -> None:
        """The page may ask first what to do about a program that runs there: what was left running gets the command
        typed, anything else is waited for."""
        name, limit = terminal_for(block), self._session.limits.block
        begun = asyncio.create_task(self._next(events, BlockStarted, lambda event: event.block == block.id))
        try:
            async with asyncio.timeout(limit):
                while not (await asyncio.wait({begun}, timeout=_LOOK_EVERY))[0]:
                    shell = self._session.terminals.get(name)
                    way = "type" if shell is not None and self._session.blocks.left_in(shell) else "wait"
                    # "now": it has become free while the page asked.
                    choice = self._lesson.page.locator(f'dialog[open] :is([data-choice="{way}"], [data-choice="now"])')
                    if await choice.count():
                        with contextlib.suppress(Error):  # the question may be another one meanwhile, or over
                            await choice.click(timeout=1000)
                    await self._lesson.raise_complaint()
            begun.result()
        except TimeoutError:
            raise PageError(f"{name} was busy for {limit:g} s, so this was not run.") from None
        finally:
            begun.cancel()

    # Checks and questions

    async def check(self, page_id: str) -> CheckResult:
        """By Check, for which an earlier page is gone back to; when it fails there, that is what the learner sees."""
        with telling(f"the check of {page_id}"):
            page = self._lesson.page
            await self._lesson.go_to(page_id)
            with self._events() as events:
                await page.locator('#bar [data-do="check"]').click()
                ended = await self._next(events, CheckEnded, lambda event: event.page == page_id)
            verdict = "passed" if ended.result.passed else "failed"
            await page.locator(f'[data-outcome="{verdict}"]').wait_for()
            if ended.result.passed:
                await self._lesson.go_to(self._reached)
        return ended.result

    async def answer(self, page_id: str, quiz_id: str, answers: list[str]) -> bool:
        """By the form of the question."""
        with telling(f"the question {quiz_id}"):
            await self._lesson.go_to(page_id)
            form = await self._lesson.fill(quiz_id, answers)
            with self._events() as events:
                await form.locator('button[type="submit"]').click()
                answered = await self._next(events, QuizAnswered, lambda event: event.quiz == quiz_id)
            await form.and_(form.page.locator(f'[data-state="{"right" if answered.right else "wrong"}"]')).wait_for()
        return answered.right

    # What the session tells

    async def _follow(self, events: Subscription) -> None:
        async for event in events:
            if isinstance(event, ForegroundStarted):
                self._foregrounds.add(event.page)

    @contextmanager
    def _events(self) -> Iterator[Subscription]:
        """All from now on."""
        events = self._session.subscribe()
        try:
            yield events
        finally:
            events.cancel()

    async def _next(self, events: Subscription, kind: type[Wanted], holds: Callable[[Wanted], bool]) -> Wanted:
        """The next event of its kind for which that holds. Raises PageError when the browser ends before."""

        async def hear() -> Wanted:
            async for event in events:
                if isinstance(event, kind) and holds(event):
                    return event
            raise PageError("The session has ended.")

        hearing = asyncio.create_task(hear())
        either: list[asyncio.Future[Any]] = [hearing, self._lesson.has_ended]
        try:
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            if not hearing.done():
                raise PageError(
                    "Chromium has ended, or its page has: run the test again, with --jobs 1 where memory is short."
                )
            return hearing.result()
        finally:
            hearing.cancel()
