"""A lesson that is open: its workspace, its session, its player, and what the player does by itself."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from handrail.server import background
from handrail.server.player import Player
from handrail.server.recording import Recording
from handrail.terminal import processes


class OpenLesson:
    """Start it once, stop it once. `release`: called at last, gives the workspace back. `language`: for pages that
    author mode reads again. `record`: the folder for a recording of its terminals."""

    def __init__(self, player: Player, release: Callable[[], None], language: str, record: Path | None) -> None:
        self.player = player
        self._release = release
        self._language = language
        self._record = record
        self._recording: Recording | None = None
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Opens the session. Raises what `Session.start` raises; nothing is left then."""
        player = self.player
        try:
            if self._record is not None:
                self._recording = Recording(player.session, self._record)
            await player.start()
        except BaseException:
            await self.stop()
            raise
        works = [
            background.follow_preparation(player),
            background.follow_terminals(player),
            background.follow_services(player),
            background.follow_previews(player),
            background.check_by_itself(player),
        ]
        if player.watch:
            works.append(background.follow_files(player, self._language))
        self._tasks = [asyncio.create_task(work) for work in works]

    async def stop(self) -> None:
        """Ends every process; what the learner has reached stays, and the workspace is free."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        try:
            await self.player.stop()
            if self._recording is not None:
                await self._recording.end()
        finally:
            self._release()

    @property
    def is_in_use(self) -> bool:
        """Whether a page shows it, or anything runs in it beside shells that wait at their prompts."""
        state, session = self.player.page_state, self.player.session
        if state.is_watched or state.resetting or self.player.tasks.is_busy or session.scripts.background_running:
            return True
        terminals = session.terminals.values()
        if any(each.busy for each in terminals):
            return True
        leaders = [leader for each in terminals for leader in each.leaders]
        return any(len(processes.members(leader)) > 1 for leader in leaders)
