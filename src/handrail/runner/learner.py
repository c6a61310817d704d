"""Who goes through the pages: without a browser here, by the buttons of the player's page in `handrail.browser`."""

from __future__ import annotations

from typing import Protocol

from handrail.markdown.api import Block
from handrail.session.check import CheckResult
from handrail.session.session import Session
from handrail.terminal.block_run import CommandResult


class Learner(Protocol):
    """Does in a session what a learner does. The methods raise what the session raises, and SessionError where it
    cannot be done."""

    async def begin(self) -> None:
        """Start the session."""

    async def end(self) -> None:
        """End every process of the session, without its clean-up."""

    async def open_page(self, page_id: str) -> None:
        """Go to a page, from the one before it."""

    async def run(self, block: Block) -> CommandResult:
        """Run a block of the page until its end, or until it may be left running."""

    async def check(self, page_id: str) -> CheckResult:
        """Have a page checked."""

    async def answer(self, page_id: str, quiz_id: str, answers: list[str]) -> bool:
        """Answer a question of the page, with what `Quiz.passes` takes. Whether it is right."""

    async def picture(self, name: str, page_id: str = "") -> str:
        """Keep among the logs what the learner sees now, or of this page. The file; "" where nothing is seen, or it
        cannot be kept."""


class WithoutBrowser(Learner):
    """Does it in the session itself."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def begin(self) -> None:
        await self._session.start()

    async def end(self) -> None:
        await self._session.close(cleanup=False)

    async def open_page(self, page_id: str) -> None:
        await self._session.open_page(page_id)

    async def run(self, block: Block) -> CommandResult:
        return await self._session.run_or_leave(block.id, "runner")

    async def check(self, page_id: str) -> CheckResult:
        return await self._session.check(page_id, "runner")

    async def answer(self, page_id: str, quiz_id: str, answers: list[str]) -> bool:
        return self._session.answer(page_id, quiz_id, answers)

    async def picture(self, name: str, page_id: str = "") -> str:
        return ""
