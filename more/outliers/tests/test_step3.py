"""Step 3: outliers are counted, and the alert on them fired and is resolved."""
from lesson import expect
from monitoring import expect_alert_fired, expect_alert_resolved, query
from serving import expect_running

LOAD = "python client/load.py --seconds 15 --rate 20 --outliers 0.3 && scripts/wait-for-alert.sh OutlierRequests firing"


def test_prometheus_runs():
    """Prometheus is running."""
    apply = "kubectl apply -n outliers -f manifests/alert.yaml -f manifests/monitor.yaml"
    expect_running("monitor", "outliers", apply)


def test_outliers_are_counted():
    """Prometheus has counted outliers and others."""
    counts = query("sum by (outlier) (outlier_rows_total)", "scripts/open-dashboard.sh outliers", "outlier")
    expect(
        counts.get("yes", 0) >= 50 and counts.get("no", 0) >= 300,
        "at least 50 outliers and 300 other rows counted",
        f"{counts.get('yes', 0):.0f} and {counts.get('no', 0):.0f}",
        LOAD,
    )


def test_alert_fired_and_resolved():
    """The alert OutlierRequests fired, and is resolved."""
    expect_alert_fired("OutlierRequests", "outliers", LOAD)
    expect_alert_resolved("OutlierRequests", "outliers")
