"""Measures the comparison: false alarms on 10 streams without drift, delay on 10 shifted ones. Exit status 1 if not good.

A stream without drift has 1000 new flowers; a shifted one has 300, then flowers of another summer until the alarm.
"""
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
from comparison import Comparison
from sklearn.datasets import load_iris

sys.path.insert(0, str(Path(__file__).parents[1] / "client"))
from flowers import greenhouse, iris

STREAMS, LONG, BEFORE, MOST = 10, 1000, 300, 200


def first_alarm(rows: np.ndarray) -> int | None:
    """How many rows it took until the alarm, or None."""
    comparison = Comparison(load_iris().data)
    for number, row in enumerate(rows, start=1):
        comparison.add(row)
        if comparison.alarm:
            return number
    return None


def measure(first_alarm: Callable[[np.ndarray], int | None]) -> bool:
    """Print what `first_alarm` says of all streams; whether it kept still, and saw every change."""
    alarms = [first_alarm(iris(np.random.default_rng(seed), LONG)) for seed in range(STREAMS)]
    false = sum(alarm is not None for alarm in alarms)
    print(f"without drift: {false} false alarms in {STREAMS} streams of {LONG} requests")
    delays = []
    for seed in range(100, 100 + STREAMS):
        random = np.random.default_rng(seed)
        alarm = first_alarm(np.vstack([iris(random, BEFORE), greenhouse(random, MOST)]))
        delays.append(alarm - BEFORE if alarm is not None else None)
    seen = [delay for delay in delays if delay is not None]
    if seen:
        print(f"with drift: alarm in {len(seen)} of {STREAMS} streams, after {min(seen)} to {max(seen)} requests")
    return false == 0 and len(seen) == STREAMS and min(seen) > 0


if __name__ == "__main__":
    sys.exit(0 if measure(first_alarm) else 1)
