"""Step 3: the alarm came, the new model is deployed, and the alarm is gone though the flowers are the same."""
import pytest
from lesson import expect, sdep
from monitoring import expect_alert_fired, expect_alert_resolved, query
from serving import expect_running, predict
from summer import detector_image, is_retrained, known_flowers, strange_flowers

OPEN = "scripts/port-forward.sh iris-model-default drift"
DASHBOARD = "scripts/open-dashboard.sh drift"
# Model and detector get the new summer's flowers together: as long as one has the old ones, the alarm stays.
RETRAIN = (
    "python drift/train.py greenhouse && scripts/build-image.sh drift:0.2 drift && scripts/load-image.sh drift:0.2"
    " && sed -i.mine s/drift:0.1/drift:0.2/ manifests/iris.yaml manifests/drift.yaml"
    " && scripts/apply-when-ready.sh manifests/iris.yaml && kubectl apply -n drift -f manifests/drift.yaml"
    " && scripts/wait-for.sh deployment/drift deployment/iris-model-default-0-classifier -n drift"
    " && scripts/reopen-port.sh iris-model-default drift"
)


@pytest.mark.parametrize("name", ["collector", "monitor", "drift"])
def test_collector_prometheus_and_detector_run(name):
    """Collector, Prometheus and the detector are running."""
    files = "-f manifests/alert.yaml -f manifests/collector.yaml -f manifests/monitor.yaml -f manifests/drift.yaml"
    expect_running(name, "drift", f"kubectl apply -n drift {files}")


def test_alert_fired():
    """The alert DataDrift fired."""
    expect_alert_fired("DataDrift", "drift", f"{strange_flowers()} && scripts/wait-for-alert.sh DataDrift firing")


def test_new_model_answers():
    """Version 0.2 of the model answers, and the detector compares with its flowers."""
    found = sdep("iris-model", "drift")
    there = found is not None and is_retrained(str(found["spec"]))
    expect(there, "a SeldonDeployment with drift:0.2", "none" if found is None else "another image", RETRAIN)
    image = detector_image()
    expect(is_retrained(image), "a detector with drift:0.2", image, RETRAIN)
    path = predict([[6.0, 3.0, 5.0, 1.8]], OPEN)["meta"]["requestPath"]
    expect(is_retrained(str(path)), "an answer from drift:0.2", f"{path}", RETRAIN)


def test_greenhouse_is_no_drift_now():
    """The detector has judged 100 new requests by the new reference, and keeps still."""
    rows = query("max(drift_rows_total)", DASHBOARD).get("", 0)
    expect(rows >= 100, "at least 100 rows judged since the new version", f"{rows:.0f}", known_flowers())
    ratios = query("max by (feature) (drift_distance_ratio)", DASHBOARD, "feature")
    found = ", ".join(f"{name} {ratio:.2f}" for name, ratio in sorted(ratios.items()))
    still = len(ratios) == 4 and max(ratios.values()) <= 1
    expect(still, "no measurement over the allowed gap", found or "none", known_flowers())
    print(f"  ({found})")


def test_alert_is_resolved():
    """The alert DataDrift is resolved: the model that has seen these flowers is what ended it."""
    expect_alert_resolved("DataDrift", "drift")
