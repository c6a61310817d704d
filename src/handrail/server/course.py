"""The lessons that one server plays. Each has a session of its own; its routes are below its id."""

from collections.abc import Mapping
from typing import Any

from handrail.server.errors import RequestError
from handrail.server.player import Player

# The id of the lesson in the course's own folder, and of one that is played alone.
ROOT = "lesson"


class Course:
    """Lessons by id."""

    def __init__(self, players: Mapping[str, Player]) -> None:
        self._players = players

    def player(self, lesson: str) -> Player:
        """The player of an open lesson. Raises RequestError."""
        try:
            return self._players[lesson]
        except KeyError:
            raise RequestError(404, "There is no such lesson here.") from None

    def state(self) -> dict[str, Any]:
        """What the page needs to know before it enters a lesson."""
        return {"lessons": [{"id": lesson} for lesson in self._players]}
