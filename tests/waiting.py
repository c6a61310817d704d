"""How tests wait: for the state they mean, as long as it takes. A busy machine may be slow; a test does not mind."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

Value = TypeVar("Value")

# Seconds until a test gives up what never comes. Nothing that works takes so long, on however busy a machine.
PATIENCE = 120.0


def _holds(condition: Callable[[], Value]) -> Value | None:
    """Its value; None while a file that it reads is not there yet."""
    try:
        return condition()
    except FileNotFoundError:
        return None


def until(condition: Callable[[], Value], what: str = "it") -> Value:
    """Waits for the condition to hold; returns its value."""
    end = time.monotonic() + PATIENCE
    while not (value := _holds(condition)):
        assert time.monotonic() < end, f"waited in vain until {what} came"
        time.sleep(0.01)
    return value


async def until_soon(condition: Callable[[], Value], what: str = "it") -> Value:
    """The same where other tasks go on meanwhile."""
    end = time.monotonic() + PATIENCE
    while not (value := _holds(condition)):
        assert time.monotonic() < end, f"waited in vain until {what} came"
        await asyncio.sleep(0.005)
    return value


def number_in(path: Path) -> int:
    """The number that a process writes to `path` as a line, once it is there."""
    return int(until(lambda: path.exists() and path.read_text().endswith("\n") and path.read_text(), str(path)))
