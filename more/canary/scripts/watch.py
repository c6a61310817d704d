"""Shows what the metrics say of each model: requests, errors, time, and how often its answers were right.

Requests, errors and times come from the orchestrator (/prometheus on your port), the sum of the rewards from the
models' own metrics ports.   Usage: python scripts/watch.py
"""
import subprocess
import sys
from dataclasses import dataclass

import plot
import requests
from model_port import ModelPort
from prometheus_client.parser import text_string_to_metric_families

CALLS = "seldon_api_executor_client_requests_seconds"
COUNT, SUM = "count", "sum"
PREDICT, FEEDBACK = "/predict", "/send-feedback"
MODELS = ("stable", "canary")


@dataclass
class Seen:
    """What was counted of one model since its pod started; seconds and rewards are sums."""

    requests: float = 0
    errors: float = 0
    seconds: float = 0
    rewarded: float = 0
    rewards: float = 0


def samples(text: str):
    for family in text_string_to_metric_families(text):
        yield from family.samples


def pod_metrics(port: int) -> str:
    """The metrics of one container of the newest pod, through the API server; empty when it has none."""
    pods = ["kubectl", "-n", "canary", "get", "pods", "-l", "seldon-deployment-id=flowers",
            "--field-selector=status.phase=Running", "--sort-by=.metadata.creationTimestamp", "-o", "name"]
    names = subprocess.run(pods, capture_output=True, text=True, check=True).stdout.split()
    if not names:
        sys.exit("There is no running pod of flowers.\nTo do:    scripts/wait-for.sh sdep/flowers -n canary")
    path = f"/api/v1/namespaces/canary/pods/{names[-1].removeprefix('pod/')}:{port}/proxy/prometheus"
    return subprocess.run(["kubectl", "get", "--raw", path], capture_output=True, text=True, check=False).stdout


def look() -> dict[str, Seen]:
    """The models that were called, by name."""
    models: dict[str, Seen] = {}
    port = ModelPort("flowers", "canary")
    try:
        text = requests.get(f"{port.base}/prometheus", timeout=10).text
    except requests.ConnectionError:
        port.silent()
    for name, labels, value, *_ in samples(text):
        kind = name.removeprefix(f"{CALLS}_"), labels.get("service")
        if kind not in ((COUNT, PREDICT), (SUM, PREDICT), (COUNT, FEEDBACK)):
            continue
        model = models.setdefault(labels["model_name"], Seen())
        if kind == (SUM, PREDICT):
            model.seconds += value
        elif kind == (COUNT, FEEDBACK):
            model.rewarded += value
        else:
            model.requests += value
            model.errors += value if labels["code"] != "200" else 0
    for number in range(len(models)):
        for name, labels, value, *_ in samples(pod_metrics(6000 + number)):
            model = models.get(labels.get("model_name", ""))
            if model and name == "seldon_api_model_feedback_reward_total":
                model.rewards += value
    return models


def show(models: dict[str, Seen]) -> None:
    rows = [(name, models[name]) for name in MODELS if name in models]
    if not rows:
        print("No requests yet: run  python scripts/traffic.py")
        return
    print("requests")
    print(plot.bars([(name, seen.requests, f"{seen.requests:.0f}") for name, seen in rows]))
    print("answered with an error")
    failed = [(name, seen.errors / seen.requests) for name, seen in rows]
    print(plot.bars([(name, share, f"{share:.0%}") for name, share in failed], top=1))
    print("right, of those rewarded")
    shares = [(name, seen.rewards / max(seen.rewarded, 1)) for name, seen in rows]
    print(plot.bars([(name, share, f"{share:.0%}") for name, share in shares], top=1))
    print("mean time")
    times = [(name, seen.seconds / seen.requests * 1000) for name, seen in rows]
    print(plot.bars([(name, time, f"{time:.1f} ms") for name, time in times]))


if __name__ == "__main__":
    show(look())
