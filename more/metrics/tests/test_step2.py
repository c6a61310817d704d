"""Step 2: traffic has flowed, Prometheus counted it by class as the orchestrator did, and it costs little."""
import math
import time

from lesson import expect
from monitoring import MONITOR_URL, expect_cheap, query
from ports import ask
from serving import expect_running

DASHBOARD = "scripts/open-dashboard.sh metrics"
MONITOR = (
    "scripts/build-image.sh monitor:0.1 monitor && scripts/load-image.sh monitor:0.1"
    " && kubectl rollout restart -n metrics deployment/monitor && scripts/wait-for.sh deployment/monitor -n metrics"
)
PATIENCE = 20.0
LOAD = "python client/load.py --seconds 25 --rate 30"
# The labels that the dashboard chooses by, over a time that reaches back to the step's traffic.
ANY = ",".join(f'{label}=~".*"' for label in ("model_name", "model_version", "model_image", "predictor_name"))
PUBLISHED = (
    "round(sum(rate(seldon_api_executor_server_requests_seconds_count[30m])), 0.001)",
    f"sum by (model_name) (rate(seldon_api_executor_client_requests_seconds_count{{{ANY}}}[30m]))",
    "histogram_quantile(0.99, sum by (model_name, le)"
    f' (rate(seldon_api_executor_client_requests_seconds_bucket{{service=~".*[Pp]redict",{ANY}}}[30m])))',
)
# The comparison of costs asks both deployments alike; what is sent to the model's port, iris-model gets alone.
COMPARED = (
    "sum(max_over_time("
    'seldon_api_executor_server_requests_seconds_count{pod=~"iris-plain-.*",service="predictions",code="200"}[1h]))'
)
SERVED = 'sum(seldon_api_executor_server_requests_seconds_count{pod=~"iris-model-.*",service="predictions",code="200"})'


def test_prometheus_runs():
    """Prometheus is running."""
    expect_running("monitor", "metrics", "kubectl apply -n metrics -f manifests/monitor.yaml")


def test_predictions_are_counted_by_class():
    """At least 300 predictions are counted, by class, besides those that compare the costs."""
    # The counters of a pod that has gone since are remembered, too.
    counts = query("sum by (class) (max_over_time(iris_predictions_total[1h]))", DASHBOARD, "class")
    named = ", ".join(f"{name} {count:.0f}" for name, count in sorted(counts.items())) or "none"
    compared = sum(query(COMPARED, DASHBOARD).values())
    expect(
        sum(counts.values()) - compared >= 300 and set(counts) == {"setosa", "versicolor", "virginica"},
        "at least 300 predictions of all three classes in Prometheus, besides those that compare the costs",
        f"{named}; {compared:.0f} of them compare the costs",
        LOAD,
    )
    print(f"  ({named})")


def test_counts_agree_with_orchestrator():
    """The model's count is not less than the orchestrator's: nothing was missed."""
    classes, served = 0.0, 1.0
    started = time.monotonic()
    # The two containers are read at different moments; a request may carry several flowers.
    while classes < served * 0.98 and time.monotonic() - started < PATIENCE:
        time.sleep(0.5)
        classes = sum(query("sum(iris_predictions_total)", DASHBOARD).values())
        served = sum(query(SERVED, DASHBOARD).values())
    expect(
        classes >= served * 0.98,
        "as many flowers counted by the model as requests counted by the orchestrator",
        f"{classes:.0f} and {served:.0f} after {PATIENCE:.0f} s",
        "sleep 10",
    )


def test_questions_of_the_published_dashboard_get_numbers():
    """Questions as in Seldon's published dashboard get numbers: requests by model, and how long 99 % of them take."""
    for question in PUBLISHED:
        values = query(question, DASHBOARD, "model_name")
        expect(
            bool(values) and all(math.isfinite(value) for value in values.values()), f"a number for {question}",
            f"{values or 'nothing'}", LOAD,
        )


def test_dashboard_is_served():
    """The dashboard and its panels are served beside Prometheus."""
    files = {"": "dashboard.js", "dashboard.js": "textContent", "panels.json": "Latency"}
    for page, wanted in files.items():
        text = ask(f"{MONITOR_URL}/user/{page}", DASHBOARD).text
        expect(wanted in text, f"the dashboard's file /user/{page}", text[:100], MONITOR)


def test_being_watched_is_cheap():
    """Counting and being read cost at most 15 % of the median latency."""
    expect_cheap("metrics", "iris-plain", "iris-model")
