"""Step 2: the detector follows the log and finds nothing strange."""
import pytest
from lesson import expect
from monitoring import query
from serving import expect_available, expect_running
from summer import known_flowers

DASHBOARD = "scripts/open-dashboard.sh drift"


def test_model_is_available():
    """The SeldonDeployment iris-model is Available."""
    expect_available("iris-model", "drift", "scripts/apply-when-ready.sh manifests/iris.yaml")


@pytest.mark.parametrize("name", ["collector", "monitor", "drift"])
def test_collector_prometheus_and_detector_run(name):
    """Collector, Prometheus and the detector are running."""
    files = "-f manifests/alert.yaml -f manifests/collector.yaml -f manifests/monitor.yaml -f manifests/drift.yaml"
    expect_running(name, "drift", f"kubectl apply -n drift {files}")


def test_detector_follows_the_log():
    """The detector has judged at least 100 requests."""
    rows = query("max(drift_rows_total)", DASHBOARD).get("", 0)
    expect(rows >= 100, "at least 100 rows judged", f"{rows:.0f}", known_flowers())


def test_no_alarm():
    """All four measurements are compared, and there is no alarm."""
    ratios = query("max by (feature) (drift_distance_ratio)", DASHBOARD, "feature")
    found = ", ".join(f"{name} {ratio:.2f}" for name, ratio in sorted(ratios.items()))
    expect(len(ratios) == 4, "four measurements compared", found or "none", known_flowers())
    expect(max(ratios.values()) <= 1, "no measurement over the allowed gap", found, known_flowers())
    print(f"  ({found})")
