"""Compares the median latency of two services, asked in turn: what the second one costs more than the first.

python3 cost.py PLAIN MONITORED [PAIRS]     (host names; the port is 8000)
"""
import http.client
import json
import sys
import time
from statistics import median

BODY = json.dumps({"data": {"ndarray": [[5.1, 3.5, 1.4, 0.2]]}})


def ask(connection: http.client.HTTPConnection) -> float:
    """Milliseconds of one prediction."""
    started = time.perf_counter()
    connection.request("POST", "/api/v1.0/predictions", BODY, {"Content-Type": "application/json"})
    answer = connection.getresponse()
    answer.read()
    if answer.status != 200:
        sys.exit(f"{connection.host} answered {answer.status}: look at its pods")
    return (time.perf_counter() - started) * 1000


plain, monitored = (http.client.HTTPConnection(host, 8000, timeout=10) for host in sys.argv[1:3])
pairs = int(sys.argv[3]) if len(sys.argv) > 3 else 400
for _ in range(20):
    ask(plain), ask(monitored)
times: tuple[list[float], list[float]] = ([], [])
for number in range(pairs):
    # Whoever goes first changes from pair to pair, so that neither always meets the warmer machine.
    for which in ((0, 1), (1, 0))[number % 2]:
        times[which].append(ask((plain, monitored)[which]))
base, more = median(times[0]), median(times[1])
print(f"plain {base:.2f} ms, monitored {more:.2f} ms: {(more / base - 1) * 100:+.1f} % (medians of {pairs} pairs)")
