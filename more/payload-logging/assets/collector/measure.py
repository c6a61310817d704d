"""Fills a store of its own with 100,000 events and times searches in it. Exit status 1 when one takes over 200 ms."""
import random
import sqlite3
import sys
import tempfile
import time
from pathlib import Path

from store import Store

EVENTS = 100_000
LIMIT_MS = 200.0
SEARCHES: tuple[tuple[str, dict[str, str]], ...] = (
    ("virginica", {"type": "response"}),
    ("5.1 0.2", {}),
    ("setosa", {"type": "request"}),
    ("3.5", {"node": "classifier", "type": "response"}),
    ("", {"request": "r40000"}),
    ("", {"node": "classifier"}),
)


def body(number: int, chance: random.Random) -> str:
    if number % 2:
        return f'{{"data":{{"names":["setosa","versicolor","virginica"],"ndarray":[[{chance.random()},{chance.random()},{chance.random()}]]}}}}'
    row = [round(chance.uniform(0.1, 8), 1) for _ in range(4)]
    return f'{{"data":{{"ndarray":[{row}]}}}}'


def main() -> int:
    chance = random.Random(7)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "events.db")
        store = Store(path, EVENTS, 3600)
        rows = (
            (time.time(), f"e{n}", "2026-01-01T00:00:00Z", "iris-model", "classifier", ("request", "response")[n % 2], f"r{n // 2}", body(n, chance))
            for n in range(EVENTS)
        )
        with sqlite3.connect(path) as connection:
            connection.executemany(
                "INSERT INTO events (received, event, time, deployment, node, type, request, body)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                rows,
            )
        print(f"{store.summary()['events']} events, {path.stat().st_size / 1e6:.0f} MB")
        slowest = 0.0
        for text, fields in SEARCHES:
            times = []
            for _ in range(5):
                started = time.perf_counter()
                found = store.search(text, fields, 50)
                times.append((time.perf_counter() - started) * 1000)
            middle = sorted(times)[2]
            slowest = max(slowest, middle)
            print(f"{middle:7.1f} ms  {len(found):3} found  {text!r} {fields or ''}")
    print(f"slowest search: {slowest:.1f} ms (limit {LIMIT_MS:.0f} ms)")
    return 0 if slowest < LIMIT_MS else 1


if __name__ == "__main__":
    sys.exit(main())
