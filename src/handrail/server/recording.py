"""`handrail play --record`: each terminal of a lesson as an asciicast, with its pages as markers."""

import asyncio
from itertools import count
from pathlib import Path

from handrail.session.asciicast import Cast
from handrail.session.events import PageOpened, ProblemFound, Subscription, TerminalOpened
from handrail.session.session import Session


class Recording:
    """Writes `T1.cast` and so on into `folder`, from now until `end`; a recording that is there is kept."""

    def __init__(self, session: Session, folder: Path) -> None:
        """Raises OSError when the folder cannot be made."""
        folder.mkdir(parents=True, exist_ok=True)
        self._session, self._folder = session, folder
        self._events = session.subscribe()
        self._following = asyncio.create_task(self._follow(self._events))

    async def end(self) -> None:
        """Wait until all is written; call it when the session is closed."""
        self._events.cancel()
        await self._following

    async def _follow(self, events: Subscription) -> None:
        try:
            async with asyncio.TaskGroup() as recordings:
                await self._record(events, recordings)
        except* OSError as errors:
            reason = errors.exceptions[0]
            self._session.tell(ProblemFound(f"The recording in {self._folder} has stopped: {reason}."))

    async def _record(self, events: Subscription, recordings: asyncio.TaskGroup) -> None:
        casts: list[Cast] = []
        async for event in events:
            if isinstance(event, TerminalOpened) and event.terminal in self._session.terminals:
                terminal = self._session.terminals[event.terminal]
                title = f"{self._session.scenario.title}: {terminal.name}"
                casts.append(Cast(self._free(terminal.name), terminal.columns, terminal.lines, title))
                recordings.create_task(casts[-1].record(terminal))
            elif isinstance(event, PageOpened):
                for cast in casts:
                    cast.mark(self._session.scenario.page(event.page).title)

    def _free(self, name: str) -> Path:
        names = (f"{name}.cast" if number == 1 else f"{name}-{number}.cast" for number in count(1))
        return next(path for path in (self._folder / each for each in names) if not path.exists())
