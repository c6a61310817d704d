"""Step 3: the alarm came, the new model is deployed, and the alarm is gone though the flowers are the same."""
import pytest
from lesson import expect, sdep
from monitoring import expect_alert_fired_and_resolved, query
from serving import expect_running, predict

OPEN = "scripts/port-forward.sh iris-model-default drift"
DASHBOARD = "scripts/open-dashboard.sh drift"
LOAD = "python client/load.py --seconds 8 --rate 25 --stream greenhouse"


@pytest.mark.parametrize("name", ["collector", "monitor", "drift"])
def test_collector_prometheus_and_detector_run(name):
    """Collector, Prometheus and the detector are running."""
    files = "-f manifests/alert.yaml -f manifests/collector.yaml -f manifests/monitor.yaml -f manifests/drift.yaml"
    expect_running(name, "drift", f"kubectl apply -n drift {files}")


def test_alert_fired_and_resolved():
    """The alert DataDrift fired, and is resolved."""
    expect_alert_fired_and_resolved("DataDrift", "drift", f"{LOAD} && scripts/wait-for-alert.sh DataDrift firing")


def test_new_model_answers():
    """Version 0.2 of the model answers."""
    deploy = (
        "sed -i.mine 's/drift:0.1/drift:0.2/' manifests/iris.yaml && scripts/apply-when-ready.sh manifests/iris.yaml"
        " && scripts/wait-for.sh sdep/iris-model -n drift && scripts/reopen-port.sh iris-model-default drift"
    )
    found = sdep("iris-model", "drift")
    expect(found is not None and "drift:0.2" in str(found["spec"]), "a SeldonDeployment with drift:0.2", "none", deploy)
    path = predict([[6.0, 3.0, 5.0, 1.8]], OPEN)["meta"]["requestPath"]
    expect("drift:0.2" in str(path), "an answer from drift:0.2", f"{path}", deploy)


def test_greenhouse_is_no_drift_now():
    """The detector has judged 100 new requests by the new reference, and keeps still."""
    rows = query("max(drift_rows_total)", DASHBOARD).get("", 0)
    expect(rows >= 100, "at least 100 rows judged since the new version", f"{rows:.0f}", LOAD)
    ratios = query("max by (feature) (drift_distance_ratio)", DASHBOARD, "feature")
    found = ", ".join(f"{name} {ratio:.2f}" for name, ratio in sorted(ratios.items()))
    expect(len(ratios) == 4 and max(ratios.values()) <= 1, "no measurement over the allowed gap", found or "none", LOAD)
    print(f"  ({found})")
