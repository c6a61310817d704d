"""Tells the Hub that somebody works here, so that it ends servers of those who have gone home.

Work is what a person does: keys typed into a terminal, and clicks. An open tab is none.
"""

import asyncio
import contextlib
import re
from datetime import UTC, datetime

from handrail.server.hub.api import HubApi, HubRefused, HubSilent
from handrail.server.terminal_socket import INPUT_HEADER

# What the page posts by itself: it enters a lesson when it is loaded, and looks whether files have changed.
_BY_ITSELF = re.compile(r"/api/lessons/[^/]+/(?:enter|files/versions)")
# What a terminal answers to a program, or tells of the window's focus: xterm's control sequences.
_ANSWERS = re.compile(
    rb"(?:\x1b\[[?>]?[\d;]*[cnRtxy]|\x1b\[\?[\d;]*\$y|\x1b\[[IO]|\x1b[\]P][^\x07\x1b]*(?:\x07|\x1b\\))+"
)


class Activity:
    """When somebody worked `last`, None for not yet. `tell_every`: seconds between two words to the Hub."""

    def __init__(self, api: HubApi, tell_every: float) -> None:
        self._api = api
        self._tell_every = tell_every
        self.last: datetime | None = None

    def note_request(self, method: str, path: str) -> None:
        """A request of the page's; `path` as the app sees it."""
        if method in ("POST", "PUT") and not _BY_ITSELF.fullmatch(path):
            self.note()

    def note_typed(self, frame: bytes) -> None:
        """A frame that a terminal's socket brought."""
        typed = frame[INPUT_HEADER.size :]
        if typed and not _ANSWERS.fullmatch(typed):
            self.note()

    def note(self) -> None:
        """Somebody works now."""
        self.last = datetime.now(UTC)

    async def follow(self) -> None:
        """Tells the Hub for ever; what it could not be told is told the next time."""
        told: datetime | None = None
        while True:
            await asyncio.sleep(self._tell_every)
            if self.last is not None and self.last != told:
                last = self.last
                with contextlib.suppress(HubRefused, HubSilent):
                    await self._api.active(last.isoformat())
                    told = last
