"""Step 3: the alert on failing predictions fired and is resolved."""
from monitoring import expect_alert_fired, expect_alert_resolved
from serving import expect_running


def test_prometheus_runs():
    """Prometheus is running."""
    expect_running("monitor", "metrics", "kubectl apply -n metrics -f manifests/monitor.yaml")


def test_alert_fired_and_resolved():
    """The alert ModelErrors fired, and is resolved."""
    make_fire = "python client/load.py --seconds 15 --rate 20 --broken 0.3"
    make_fire += " && scripts/wait-for-alert.sh ModelErrors firing"
    expect_alert_fired("ModelErrors", "metrics", make_fire)
    expect_alert_resolved("ModelErrors", "metrics")
