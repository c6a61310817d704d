"""What happens in a session, for everyone who wants to know: the player's pages, the runner's reports."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Literal

from handrail.session.check import CheckResult
from handrail.terminal.block_run import CommandResult

Origin = Literal["learner", "automatic", "restart", "fast-forward", "runner"]
"""Who began it: the learner by a click, the player that watches a step, the player at its start, fast-forward,
`handrail test`."""


@dataclass(frozen=True)
class PageOpened:
    """The learner is on this page now."""

    page: str


@dataclass(frozen=True)
class BackgroundStarted:
    """The page's background script runs; `log` is the file that gets its output."""

    page: str
    log: str


@dataclass(frozen=True)
class BackgroundEnded:
    """The page's background script ended with this exit status; `log` as at its start."""

    page: str
    status: int
    log: str


@dataclass(frozen=True)
class ForegroundStarted:
    """The page's foreground script was typed into the first terminal."""

    page: str


@dataclass(frozen=True)
class ForegroundEnded:
    """How the page's foreground script ended."""

    page: str
    result: CommandResult


@dataclass(frozen=True)
class BlockStarted:
    """A block is about to be typed into `terminal`, or its file to be written."""

    block: str
    terminal: str
    origin: Origin


@dataclass(frozen=True)
class BlockEnded:
    """How the block ended; a status of None at the prompt means that it never ran."""

    block: str
    terminal: str
    origin: Origin
    result: CommandResult


@dataclass(frozen=True)
class CheckStarted:
    """The page's check runs."""

    page: str
    origin: Origin


@dataclass(frozen=True)
class CheckEnded:
    """What the page's check found."""

    page: str
    origin: Origin
    result: CheckResult


@dataclass(frozen=True)
class QuizAnswered:
    """The learner has answered a question."""

    page: str
    quiz: str
    right: bool


@dataclass(frozen=True)
class TerminalOpened:
    """There is another terminal."""

    terminal: str


@dataclass(frozen=True)
class TerminalClosed:
    """The terminal and its processes are gone."""

    terminal: str


@dataclass(frozen=True)
class PromptShown:
    """The terminal's shell waits for a command."""

    terminal: str


@dataclass(frozen=True)
class CommandStarted:
    """A command runs in the terminal, from a block or typed by hand."""

    terminal: str


@dataclass(frozen=True)
class CommandEnded:
    """The command ended with this exit status."""

    terminal: str
    status: int


@dataclass(frozen=True)
class ShellExited:
    """The terminal's shell ended; `restarted`: a new one runs in its place."""

    terminal: str
    status: int
    restarted: bool


@dataclass(frozen=True)
class ProblemFound:
    """Something that the learner should know of; a sentence or two."""

    message: str


@dataclass(frozen=True)
class ForwardStepped:
    """How fast-forward gets on with a page; "skipped" where its check passed already."""

    page: str
    state: Literal["skipped", "running", "passed", "failed"]


@dataclass(frozen=True)
class SessionReset:
    """Everything begins afresh: new home, no progress."""


Event = (
    PageOpened | BackgroundStarted | BackgroundEnded | ForegroundStarted | ForegroundEnded | BlockStarted | BlockEnded
    | CheckStarted | CheckEnded | QuizAnswered | TerminalOpened | TerminalClosed | PromptShown | CommandStarted
    | CommandEnded | ShellExited | ProblemFound | ForwardStepped | SessionReset
)  # fmt: skip


class Subscription:
    """An endless async iterator of events; ends when the session closes or `cancel` is called."""

    def __init__(self, hub: EventHub) -> None:
        self._hub = hub
        self._queue: asyncio.Queue[Event | None] = asyncio.Queue()

    def cancel(self) -> None:
        """Receive no more events; the iteration ends after those that are queued."""
        self._hub.remove(self)
        self._queue.put_nowait(None)

    def put(self, event: Event) -> None:
        self._queue.put_nowait(event)

    def __aiter__(self) -> Subscription:
        return self

    async def __anext__(self) -> Event:
        event = await self._queue.get()
        if event is None:
            raise StopAsyncIteration
        return event


class EventHub:
    """Hands each event to every subscription."""

    def __init__(self) -> None:
        self._subscriptions: list[Subscription] = []

    def subscribe(self) -> Subscription:
        """Receive every event from now on."""
        subscription = Subscription(self)
        self._subscriptions.append(subscription)
        return subscription

    def remove(self, subscription: Subscription) -> None:
        if subscription in self._subscriptions:
            self._subscriptions.remove(subscription)

    def emit(self, event: Event) -> None:
        """Tell everybody."""
        for subscription in self._subscriptions:
            subscription.put(event)

    def close(self) -> None:
        """End every subscription."""
        for subscription in list(self._subscriptions):
            subscription.cancel()
