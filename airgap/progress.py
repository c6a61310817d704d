"""What long work says while it runs: lines on standard error for people, JSON lines for programs.

When the environment variable AIRGAP_EVENTS names a file, each event is appended to it as one line:
``{"t": unix time, "phase": str, "state": "start|progress|done|failed", "detail": str, "estimate": seconds or null,
"fraction": 0..1 or null}``. The estimate is of the whole phase at its start, and of what remains afterwards.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

# How often a person is told that work goes on, and a program, in seconds.
SAY_EVERY = 10.0
EVENT_EVERY = 2.0


def say(text: str) -> None:
    """One line for the person, on standard error."""
    print(text, file=sys.stderr, flush=True)


def emit(
    phase: str, state: str, detail: str = "", estimate: float | None = None, fraction: float | None = None
) -> None:
    path = os.environ.get("AIRGAP_EVENTS")
    if not path:
        return
    event = {
        "t": time.time(),
        "phase": phase,
        "state": state,
        "detail": detail,
        "estimate": None if estimate is None else round(estimate, 1),
        "fraction": None if fraction is None else round(fraction, 3),
    }
    # One write of one line to a file opened for appending is not torn by other writers.
    with open(path, "ab", buffering=0) as sink:
        sink.write(json.dumps(event).encode() + b"\n")


def duration(seconds: float) -> str:
    """Seconds in words: ``45 s``, ``2 min 05 s``."""
    whole = round(seconds)
    return f"{whole} s" if whole < 60 else f"{whole // 60} min {whole % 60:02} s"


class Phase:
    """A piece of long work; ``fraction`` may be set by whoever does it, else the clock and the estimate tell."""

    def __init__(self, name: str, detail: str, estimate: float | None) -> None:
        self.name = name
        self.detail = detail
        self.estimate = estimate
        self.fraction: float | None = None
        self._began = time.monotonic()

    @property
    def elapsed(self) -> float:
        return time.monotonic() - self._began

    def remaining(self) -> float | None:
        """Seconds still to go, or None where nothing can be said."""
        # Early on, the share that is done foretells worse than the time measured when the phase was written.
        if self.fraction is not None and self.fraction > 0.1:
            return self.elapsed * (1 - self.fraction) / self.fraction
        return None if self.estimate is None else max(self.estimate - self.elapsed, 0.0)

    def report(self, person: bool) -> None:
        remaining = self.remaining()
        share = self.fraction
        if share is None and self.estimate:
            share = min(self.elapsed / self.estimate, 0.99)
        emit(self.name, "progress", self.detail, remaining, share)
        if person:
            rest = f", about {duration(remaining)} to go" if remaining else ""
            if remaining == 0 and self.estimate is not None:
                rest = f", longer than the estimated {duration(self.estimate)}"
            say(f"{self.name}: {self.detail}: {duration(self.elapsed)} gone{rest}")


@contextmanager
def phase(name: str, detail: str, estimate: float | None = None) -> Iterator[Phase]:
    """Announce work, tell of it while it lasts, and say how it ended."""
    current = Phase(name, detail, estimate)
    say(f"{name}: {detail}" + (f" (about {duration(estimate)})" if estimate and estimate >= 10 else ""))
    emit(name, "start", detail, estimate)
    ended = threading.Event()

    def tell() -> None:
        said = time.monotonic()
        while not ended.wait(EVENT_EVERY):
            person = time.monotonic() - said >= SAY_EVERY
            if person:
                said = time.monotonic()
            current.report(person)

    teller = threading.Thread(target=tell, daemon=True)
    teller.start()
    try:
        yield current
    except BaseException as error:
        ended.set()
        teller.join()
        emit(name, "failed", str(error) or type(error).__name__)
        raise
    ended.set()
    teller.join()
    say(f"{name}: done in {duration(current.elapsed)}")
    emit(name, "done", f"{duration(current.elapsed)}", 0.0, 1.0)
