"""Step 2: the detector follows the log and finds nothing strange."""
from lesson import expect
from monitoring import query
from serving import expect_available

DASHBOARD = "scripts/open-dashboard.sh drift"
LOAD = "python client/load.py --seconds 8 --rate 25"


def test_model_is_available():
    """The SeldonDeployment iris-model is Available."""
    expect_available("iris-model", "drift", "scripts/apply-when-ready.sh manifests/iris.yaml")


def test_detector_follows_the_log():
    """The detector has judged at least 100 requests."""
    rows = query("max(drift_rows_total)", DASHBOARD).get("", 0)
    expect(rows >= 100, "at least 100 rows judged", f"{rows:.0f}", LOAD)


def test_no_alarm():
    """All four measurements are compared, and there is no alarm."""
    ratios = query("max by (feature) (drift_distance_ratio)", DASHBOARD, "feature")
    found = ", ".join(f"{name} {ratio:.2f}" for name, ratio in sorted(ratios.items()))
    expect(len(ratios) == 4, "four measurements compared", found or "none", LOAD)
    expect(max(ratios.values()) <= 1, "no measurement over the allowed gap", found, LOAD)
    print(f"  ({found})")
