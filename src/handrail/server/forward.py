"""Fast-forward, as the page sees it: begun, told step by step, stopped."""

import asyncio
import contextlib

from handrail.scenario.reader import Page, ScenarioError
from handrail.server.errors import RequestError
from handrail.server.page_state import PageState
from handrail.server.tasks import Tasks
from handrail.session.events import BlockStarted, CheckStarted, Event, ForwardStepped, PageOpened
from handrail.session.fast_forward import fast_forward
from handrail.session.session import Session


class Forward:
    """At most one at a time."""

    def __init__(self, session: Session, state: PageState, tasks: Tasks) -> None:
        self._session = session
        self._state = state
        self._tasks = tasks
        self._task: asyncio.Task[None] | None = None

    def start(self, page: Page) -> None:
        """Begins to go to a page by doing what leads there."""
        if self._state.forward is not None:
            raise RequestError(409, "Fast-forward is already running. Stop it first.")
        self._state.forward = {"target": page.title, "doing": "…"}
        self._state.changed()
        self._task = self._tasks.spawn(self._go(page.id))

    async def _go(self, page_id: str) -> None:
        try:
            await fast_forward(self._session, page_id)
        finally:
            self._state.forward = None
            self._state.changed()

    def narrate(self, event: Event) -> None:
        """Says what an event of the session means for it: what it does now, or why it stopped."""
        if isinstance(event, ForwardStepped) and event.state == "failed":
            title = self._session.scenario.page(event.page).title
            self._state.say(f"Fast-forward stopped at “{title}”. {self._state.checks[event.page].reason}")
        elif self._state.forward is None:
            return
        elif isinstance(event, BlockStarted):
            with contextlib.suppress(KeyError, ScenarioError):
                first = self._session.texts.block(event.block).text.strip().splitlines()
                self._state.forward["doing"] = first[0] if first else ""
        elif isinstance(event, PageOpened | CheckStarted):
            self._state.forward["doing"] = self._session.scenario.page(event.page).title
        self._state.changed()

    async def stop(self) -> None:
        """Stops where it is; the running command gets Ctrl-C."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
