"""A learner without a window: what their page asks the server, and nothing that it draws."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import httpx

from handrail.server.hub.guard import SESSION

from ..waiting import until
from .local import Classroom
from .shell import Shell, shell


class Learner:
    """Whose server runs, and who is signed in to it; the lesson is open."""

    def __init__(self, classroom: Classroom, name: str) -> None:
        self.classroom, self.name = classroom, name
        self.browser = classroom.enter(name)
        self.post("enter")

    def ask(self, path: str) -> httpx.Response:
        return self.browser.get(f"/user/{self.name}/api/lessons/lesson/{path}")

    def post(self, path: str) -> httpx.Response:
        """A click."""
        where = f"/user/{self.name}/api/lessons/lesson/{path}"
        return self.browser.post(where, json={}, headers={"Origin": self.classroom.url})

    def state(self) -> dict[str, Any]:
        """What the page draws itself from."""
        answer = self.ask("state")
        assert answer.status_code == 200, f"{self.name}: {answer.status_code} {answer.text}"
        return dict(answer.json())

    def open(self, page: str) -> None:
        """Goes to a page."""
        self.post(f"pages/{page}/open")
        self.wait(lambda now: now["current"] == page, f"{page} of {self.name}")

    def verdict(self, page: str) -> dict[str, Any]:
        """Presses Check, and waits for what it says: `state`, `reason`."""
        assert self.post(f"pages/{page}/check").status_code == 200
        return dict(self.wait(lambda now: ended(now, page), f"the verdict for {self.name}")["checks"][page])

    def wait(self, holds: Callable[[dict[str, Any]], bool], what: str) -> dict[str, Any]:
        """The state once that holds."""
        seen: dict[str, Any] = {}

        def is_so() -> bool:
            nonlocal seen
            seen = self.state()
            if not holds(seen):
                time.sleep(0.2)  # the machine is to work, not to answer here
                return False
            return True

        until(is_so, what)
        return seen

    def shell(self) -> AbstractContextManager[Shell]:
        """Their first terminal."""
        return shell(self.classroom, self.name, self.session)

    @property
    def session(self) -> str:
        """The cookie by which their server knows them."""
        return next(each.value or "" for each in self.browser.cookies.jar if each.name == SESSION)


def ended(state: dict[str, Any], page: str) -> bool:
    """Whether a check of the page has ended, or something else was said."""
    check = state["checks"].get(page)
    return bool(state["notice"]) or (check is not None and check["state"] != "running")
