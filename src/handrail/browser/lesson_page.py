"""The player's page of a lesson, as a learner uses it: what is on it, and the buttons to press."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from playwright.async_api import Browser, Error, Locator, Page, ViewportSize
from playwright.async_api import TimeoutError as NotShown

from handrail.atomic_write import write_atomically
from handrail.errors import SessionError
from handrail.markdown.api import Block

WINDOW: ViewportSize = {"width": 1366, "height": 800}
# How long the page may take to show what it was told (milliseconds).
_SHOWN_WITHIN = 60_000
_QUALITY = 70  # per cent, of pictures
_COMPLAINT = '#notices :is([data-kind="notice"], [data-kind="problem"], [data-kind="locked"])'


class PageError(SessionError):
    """What a learner would do cannot be done on the page; the text says why."""


class LessonPage:
    """In a window of its own. The methods raise PageError."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.has_ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._last: Locator | None = None
        """What was used last."""
        page.on("close", self._note_end)
        page.on("crash", self._note_end)

    @classmethod
    @asynccontextmanager
    async def opened(cls, browser: Browser, address: str) -> AsyncIterator[LessonPage]:
        """The page at the player's address, once it is there, for as long as the `with` block runs."""
        with telling("the lesson"):
            window = await browser.new_context(viewport=WINDOW)
        try:
            with telling("the lesson"):
                window.set_default_timeout(_SHOWN_WITHIN)
                page = await window.new_page()
                await page.goto(address)
                await page.locator('#lesson[aria-busy="false"]').wait_for()
            yield cls(page)
        finally:
            await window.close()

    def _note_end(self, _page: Page) -> None:
        if not self.has_ended.done():
            self.has_ended.set_result(None)

    async def picture(self, file: Path) -> bool:
        """Keep a JPEG of the window, with what was used last in sight. Whether it could be had."""
        with contextlib.suppress(Error):  # it may be gone from the page
            if self._last is not None:
                await self._last.scroll_into_view_if_needed(timeout=1000)
        try:
            seen = await self.page.screenshot(type="jpeg", quality=_QUALITY, animations="disabled", timeout=5000)
            write_atomically(file, seen, 0o644)
        except (Error, OSError):
            return False
        return True

    # Pages

    async def current(self) -> str:
        """The id of the page that is shown."""
        return await self.page.locator("#lesson").get_attribute("data-page") or ""

    async def until_shown(self, page_id: str) -> None:
        """Wait for a page of the lesson."""
        await self.page.locator(f'#lesson[data-page="{page_id}"][aria-busy="false"]').wait_for()
        self._last = None

    async def press_next(self, *, can_skip: bool) -> None:
        """Leave the page. can_skip: without its check, where that keeps Next locked."""
        await self.dismiss_complaints()
        button = self.page.locator('#bar [data-do="next"]')
        if await button.get_attribute("aria-disabled") == "true":
            if can_skip:
                button = self.page.locator('#bar [data-do="skip"]')
            else:
                await button.click()
                await self.raise_complaint(must=True)
        await button.click()

    async def go_to(self, page_id: str) -> None:
        """To a page that was open before, by its mark above the lesson."""
        if await self.current() != page_id:
            await self.page.locator(f'.stop[data-page="{page_id}"]').click()
            await self.until_shown(page_id)

    # Blocks and questions

    async def button(self, block: Block) -> Locator:
        """The one that does what the block says; what is folded around it is opened."""
        node = self.page.locator(f'[data-block="{block.id}"]')
        if "-answer-" in block.id and not await node.count():
            await self.page.locator("#lesson details.solution > summary").click()
        await node.first.wait_for(state="attached")
        folded = node.locator("xpath=ancestor::details[not(@open)]")
        while await folded.count():
            await folded.first.locator("> summary").click()
        do = f'[data-do="{"file" if block.action == "file" else "run"}"]'
        inline = self.page.locator(f'.inline-button{do}:has([data-block="{block.id}"])')
        self._last = inline.or_(node.locator(do)).first
        return self._last

    async def until_ended(self, block: Block) -> None:
        """Wait until the page shows how the block ended."""
        holder = f':is(.hr-block, .inline-button):has([data-result="{block.id}"])'
        has_ended = ':not([data-state="running"], [data-state="waiting"])'
        await self.page.locator(f"{holder}[data-state]{has_ended}").first.wait_for(state="attached")

    async def fill(self, quiz_id: str, answers: list[str]) -> Locator:
        """Give answers to a question, without sending them. The question."""
        form = self._last = self.page.locator(f'#lesson form[data-quiz="{quiz_id}"]')
        typed = form.locator('input[type="text"]')
        if await typed.count():
            await typed.fill(answers[0])
        for box in await form.locator('input[type="radio"], input[type="checkbox"]').all():
            is_meant = await box.get_attribute("value") in answers
            if is_meant or await box.get_attribute("type") == "checkbox":
                await box.set_checked(is_meant)
        return form

    # What the page says against a click

    async def dismiss_complaints(self) -> None:
        """Close what was said of earlier clicks."""
        for close in await self.page.locator(f"{_COMPLAINT} .icon-button").all():
            with contextlib.suppress(Error):  # it goes by itself, too
                await close.click(timeout=1000)

    async def complaint(self) -> str:
        """Wait until it says something."""
        return await self.page.locator(f"{_COMPLAINT} > span").first.text_content() or ""

    async def raise_complaint(self, *, must: bool = False) -> None:
        """Raise what it says. must: wait until it does."""
        if must or await self.page.locator(_COMPLAINT).count():
            raise PageError(await self.complaint())


@contextmanager
def telling(what: str) -> Iterator[None]:
    """Says in a sentence that the page does not show `what`. Raises PageError."""
    try:
        yield
    except NotShown:
        seconds = _SHOWN_WITHIN // 1000
        raise PageError(f"The page did not show {what} within {seconds} s: look at it with handrail play.") from None
    except Error as error:
        why = error.message.partition("\n")[0]
        raise PageError(
            f"Chromium has ended or does not answer ({why}), so {what} was not to be seen: run the test again, with "
            "--jobs 1 where memory is short."
        ) from None
