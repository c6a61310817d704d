"""What does the second of two services cost more than the first? Asks them in turn and compares.

python3 cost.py PLAIN MONITORED [LIMIT]     (host names, the port is 8000; LIMIT in per cent of the plain one's latency)

It goes on until it is sure enough: with a limit, until the cost is below or above it, else until it is known to within a
few per cent. When time is up first, the range that it prints is wide: then the machine was too busy to tell.
"""
import contextlib
import http.client
import json
import math
import sys
import time
from dataclasses import dataclass
from statistics import median

# One flower of each species in turn, so that the answers by class stay what they are in other traffic.
FLOWERS = ([5.1, 3.5, 1.4, 0.2], [6.4, 3.2, 4.5, 1.5], [6.3, 3.3, 6.0, 2.5])
BODIES = [json.dumps({"data": {"ndarray": [flower]}}) for flower in FLOWERS]
PAIRS = 100  # asked between two looks at the figures
LEAST = 200  # pairs
FEWEST = 40  # pairs that say something at all
SECONDS = 45.0
NARROW = 5.0  # per cent between both ends
# Of the normal distribution: the true median is outside the range about once in 1000 looks, and there are several looks.
CERTAINTY = 3.3


@dataclass(frozen=True)
class Cost:
    """Medians in milliseconds; `low` and `high`: the range of the difference in per cent of the plain median."""

    plain: float
    monitored: float
    low: float
    high: float
    pairs: int

    def __str__(self) -> str:
        more = (self.monitored / self.plain - 1) * 100
        return (
            f"plain {self.plain:.2f} ms, monitored {self.monitored:.2f} ms: {more:+.1f} % "
            f"(between {self.low:+.1f} % and {self.high:+.1f} %, {self.pairs} pairs)"
        )


def cost(plain: list[float], monitored: list[float]) -> Cost:
    """What pairs of times, each asked at one moment, say. Both lists are of one length, at least 1.

    What slows the machine for a while slows both of a pair: so the differences are looked at, not the two medians. The
    range is that of the sign test: it holds for noise of any form.
    """
    differences = sorted(more - less for less, more in zip(plain, monitored))
    count = len(differences)
    first = max(0, math.floor(count / 2 - CERTAINTY * math.sqrt(count) / 2))
    base = median(plain)
    low, high = (100 * differences[at] / base for at in (first, count - 1 - first))
    if count < FEWEST:
        low, high = -100.0, math.inf
    return Cost(base, median(monitored), low, high, count)


def verdict(low: float, high: float, limit: float) -> str:
    """`cheap` when the whole range is within the limit, `dear` when none of it is, else `unknown`."""
    if high <= limit:
        return "cheap"
    return "dear" if low > limit else "unknown"


def sure(found: Cost, limit: float | None) -> bool:
    if limit is None:
        return found.high - found.low <= NARROW
    return verdict(found.low, found.high, limit) != "unknown"


def ask(connection: http.client.HTTPConnection, number: int) -> float:
    """Milliseconds of one prediction."""
    body = BODIES[number % len(BODIES)]
    started = time.perf_counter()
    connection.request("POST", "/api/v1.0/predictions", body, {"Content-Type": "application/json"})
    answer = connection.getresponse()
    answer.read()
    if answer.status != 200:
        sys.exit(f"{connection.host} answered {answer.status}: look at its pods")
    return (time.perf_counter() - started) * 1000


def so_far(plain: list[float], monitored: list[float]) -> Cost:
    """What is known when time is up."""
    if not plain:
        sys.exit("No prediction was answered in time: look at the pods, and at what else this machine does")
    return cost(plain, monitored)


def measure(hosts: list[str], limit: float | None) -> Cost:
    with contextlib.ExitStack() as stack:
        connections = [http.client.HTTPConnection(host, 8000, timeout=10) for host in hosts]
        for connection in connections:
            stack.callback(connection.close)
        return compare(connections, limit)


def compare(connections: list[http.client.HTTPConnection], limit: float | None) -> Cost:
    times: tuple[list[float], list[float]] = ([], [])
    try:
        for number in range(21):
            for connection in connections:
                ask(connection, number)
    except TimeoutError:
        return so_far(*times)
    end = time.monotonic() + SECONDS
    while True:
        for number in range(PAIRS):
            # Whoever goes first changes from pair to pair, so that neither always meets the warmer machine.
            pair = [0.0, 0.0]
            try:
                for which in ((0, 1), (1, 0))[number % 2]:
                    pair[which] = ask(connections[which], number)
            except TimeoutError:
                return so_far(*times)
            for which in (0, 1):
                times[which].append(pair[which])
            if time.monotonic() > end:
                return so_far(*times)
        found = cost(*times)
        if found.pairs >= LEAST and sure(found, limit):
            return found


if __name__ == "__main__":
    print(measure(sys.argv[1:3], float(sys.argv[3]) if len(sys.argv) > 3 else None))
