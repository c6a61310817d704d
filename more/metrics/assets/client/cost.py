"""Compares the median latency of two services, asked in turn: what the second one costs more than the first.

python3 cost.py PLAIN MONITORED [PAIRS]     (host names; the port is 8000)
"""
import http.client
import json
import sys
import time
from statistics import median

# One flower of each species in turn, so that the answers by class stay what they are in other traffic.
FLOWERS = ([5.1, 3.5, 1.4, 0.2], [6.4, 3.2, 4.5, 1.5], [6.3, 3.3, 6.0, 2.5])
BODIES = [json.dumps({"data": {"ndarray": [flower]}}) for flower in FLOWERS]


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


plain, monitored = (http.client.HTTPConnection(host, 8000, timeout=10) for host in sys.argv[1:3])
pairs = int(sys.argv[3]) if len(sys.argv) > 3 else 400
for number in range(21):
    ask(plain, number), ask(monitored, number)
times: tuple[list[float], list[float]] = ([], [])
for number in range(pairs):
    # Whoever goes first changes from pair to pair, so that neither always meets the warmer machine.
    for which in ((0, 1), (1, 0))[number % 2]:
        times[which].append(ask((plain, monitored)[which], number))
base, more = median(times[0]), median(times[1])
print(f"plain {base:.2f} ms, monitored {more:.2f} ms: {(more / base - 1) * 100:+.1f} % (medians of {pairs} pairs)")
