"""Follows the payload log of a model, compares its requests with the reference data, and tells Prometheus.

python detector.py    Settings: COLLECTOR (its address), NODE (whose requests), REFERENCE (a CSV file), PORT (for metrics)
It starts with the newest event. A collector that does not answer is asked again: nothing is lost, the log waits.
"""
import json
import os
import time
import urllib.request

import numpy as np
from comparison import Comparison
from prometheus_client import CollectorRegistry, Counter, Gauge, start_http_server

REGISTRY = CollectorRegistry()
ROWS = Counter("drift_rows", "Rows compared so far", registry=REGISTRY)
ALARM = Gauge("drift_alarm", "1 when the latest rows do not have the distribution of the reference", registry=REGISTRY)
RATIO = Gauge("drift_distance_ratio", "Gap to the reference over the allowed gap", ["feature"], registry=REGISTRY)
PAUSE = 0.5
LIMIT = 500


def ask(url: str) -> dict:
    with urllib.request.urlopen(url, timeout=10) as reply:
        answer: dict = json.load(reply)
        return answer


def rows_of(body: str, columns: int) -> list[np.ndarray]:
    """The rows of numbers in a logged request; none when it has no such rows."""
    try:
        data = json.loads(body)["data"]
        rows = np.array(data["ndarray"] if "ndarray" in data else data["tensor"]["values"], dtype=float)
        rows = rows.reshape(-1, columns)
    except (KeyError, TypeError, ValueError):
        return []
    return [row for row in rows if np.isfinite(row).all()]


def main() -> None:
    collector, node = os.environ["COLLECTOR"].rstrip("/"), os.environ.get("NODE", "classifier")
    path = os.environ.get("REFERENCE", "reference.csv")
    with open(path, encoding="utf-8") as file:
        names = file.readline().strip().split(",")
    comparison = Comparison(np.genfromtxt(path, delimiter=",", skip_header=1))
    start_http_server(int(os.environ.get("PORT", "8080")), registry=REGISTRY)
    print(f"comparing requests to {node} with {path}: {', '.join(names)}", flush=True)
    seen = None
    while True:
        try:
            if seen is None:
                seen = ask(f"{collector}/api/summary")["newest"]
            events = ask(f"{collector}/api/events?after={seen}&limit={LIMIT}")["events"]
        except (OSError, ValueError) as error:
            print(f"the collector does not answer ({error}); asking again", flush=True)
            time.sleep(2)
            continue
        for event in events:
            seen = event["id"]
            if event["type"] == "request" and event["node"] == node:
                for row in rows_of(event["body"], len(names)):
                    comparison.add(row)
                    ROWS.inc()
        for name, ratio in zip(names, comparison.ratios):
            RATIO.labels(name).set(ratio)
        ALARM.set(comparison.alarm)
        if len(events) < LIMIT:
            time.sleep(PAUSE)


if __name__ == "__main__":
    main()
