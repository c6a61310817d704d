"""Step 4, the exercise: a repeated question is no drift. Each test is one stage, and leaves the detector calm."""

import re
import time

import numpy as np
from kubernetes import client
from lesson import api, expect, expect_hint
from monitoring import ask_prometheus
from serving import ask_service, expect_available, expect_running
from streams import flowers, with_probes

NAMESPACE = "drift"
PATIENCE = 30.0  # seconds for the log, the detector and Prometheus
STILL = 3.0  # seconds without a new row: it has judged all
FILES = "-f manifests/alert.yaml -f manifests/collector.yaml -f manifests/monitor.yaml -f manifests/drift.yaml"
LOG = "kubectl logs -n drift deployment/drift --tail=20"


def told() -> dict[str, float]:
    """The detector's metrics, as its pod gives them now; those of the measurements by name."""
    core = client.CoreV1Api(api())
    pods = core.list_namespaced_pod(NAMESPACE, label_selector="app=drift", _request_timeout=10).items
    ready = [pod.metadata.name for pod in pods if pod.metadata.deletion_timestamp is None]
    expect(len(ready) == 1, "one pod of the detector", f"{len(ready)}", "scripts/wait-for.sh deployment/drift -n drift")
    read = core.connect_get_namespaced_pod_proxy_with_path
    text = read(f"{ready[0]}:8080", NAMESPACE, "metrics", _preload_content=False, _request_timeout=10).data.decode()
    found = re.findall(r'^(?:drift_distance_ratio\{feature="(\w+)"\}|(drift_\w+)) (\S+)$', text, re.MULTILINE)
    return {feature or name: float(value) for feature, name, value in found}


def send(rows: np.ndarray) -> dict[str, float]:
    """What the detector says once it has judged these rows, which come in one request."""
    before = told().get("drift_rows_total", 0.0)
    status, text = ask_service("iris-model", NAMESPACE, {"data": {"ndarray": rows.tolist()}})
    look = "scripts/wait-for.sh sdep/iris-model -n drift"
    expect(status == 200, "HTTP 200 for some hundred flowers", f"HTTP {status}: {text[:150]}", look)
    started = changed = time.monotonic()
    now, rows_now = told(), before
    while time.monotonic() - started < PATIENCE and (rows_now == before or time.monotonic() - changed < STILL):
        time.sleep(0.3)
        now = told()
        if now.get("drift_rows_total", 0.0) != rows_now:
            rows_now, changed = now.get("drift_rows_total", 0.0), time.monotonic()
    expect(rows_now > before, "the detector to judge new rows", f"none within {PATIENCE:.0f} s", LOG)
    return now


def said(values: dict[str, float]) -> str:
    return ", ".join(f"{name} {value:.2f}" for name, value in values.items() if not name.startswith("drift_"))


def test_collector_and_detector_run():
    """The model, the collector, Prometheus and the detector are running."""
    expect_available("iris-model", NAMESPACE, "scripts/apply-when-ready.sh manifests/iris.yaml")
    for name in ("collector", "monitor", "drift"):
        expect_running(name, NAMESPACE, f"kubectl apply -n drift {FILES}")


def test_repeated_question_is_no_drift():
    """Flowers as the model knows them, with the same question after each, raise no alarm."""
    found = send(with_probes(flowers("greenhouse", 41)))
    send(flowers("greenhouse", 42))
    expect_hint(
        found.get("drift_alarm") == 0, "no alarm for greenhouse flowers with one question repeated after each",
        f"an alarm: {said(found)}", "let add in drift/comparison.py leave out a row that is in the window already, and"
        " deploy it; the third hint on the page says how",
    )


def test_real_change_is_noticed():
    """Flowers of another summer raise it within 200 rows, whatever is asked between them."""
    found = send(with_probes(flowers("iris", 43)))
    send(flowers("greenhouse", 44))
    expect_hint(
        found.get("drift_alarm") == 1, "an alarm for 200 flowers of the old summer, which the model has forgotten",
        f"none: {said(found)}", "leave out repetitions alone: every new flower has to get into the window",
    )


def test_alarm_is_over():
    """The alarm is over with flowers that the model knows."""
    found = send(flowers("greenhouse", 45))
    expect_hint(
        found.get("drift_alarm") == 0, "no alarm after 200 greenhouse flowers", said(found),
        "the window has to hold the latest hundred different rows, and forget older ones",
    )
    started, state = time.monotonic(), ""
    while state != "inactive" and time.monotonic() - started < PATIENCE:
        groups = ask_prometheus("rules", "scripts/open-dashboard.sh drift", type="alert")["groups"]
        state = next((one["state"] for group in groups for one in group["rules"] if one["name"] == "DataDrift"), "")
        time.sleep(0.5)
    wait = "scripts/wait-for-alert.sh DataDrift inactive"
    expect(state == "inactive", "the alert DataDrift to be resolved", f"it is {state or 'not there'}", wait)
