"""What happens in a session, for everyone who wants to know: the player's pages, the runner's reports."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Event:
    """`kind` says what happened, `data` the particulars (JSON values only).

    page              page
    background-start  page, log
    background-end    page, status, log
    foreground-start  page
    foreground-end    page, status, ended, duration
    block-start       block, terminal
    block-end         block, terminal, status, ended, duration
    check-start       page
    check-end         page, passed, reason, hint, duration
    answer            page, quiz, right
    terminal-open     terminal
    terminal-close    terminal
    prompt            terminal
    command-start     terminal, number
    command-end       terminal, number, status
    shell-exited      terminal, status, restarted
    problem           message
    forward           page, state ("skipped", "running", "passed", "failed")
    reset             (nothing)
    cleanup-start     log
    cleanup-end       status, log, duration
    """

    kind: str
    data: Mapping[str, Any] = field(default_factory=dict)


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

    def emit(self, kind: str, **data: Any) -> None:
        """Tell everybody."""
        event = Event(kind, data)
        for subscription in self._subscriptions:
            subscription.put(event)

    def close(self) -> None:
        """End every subscription."""
        for subscription in list(self._subscriptions):
            subscription.cancel()
