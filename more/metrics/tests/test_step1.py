"""Step 1: the model counts its answers, and Prometheus reads both of its containers."""
import time

from lesson import expect
from monitoring import query
from serving import expect_available, expect_running, predict

OPEN = "scripts/port-forward.sh iris-model-default metrics"
UP = 'up{pod=~"iris-model-.*"} == 1'
PATIENCE = 30.0
DASHBOARD = "scripts/open-dashboard.sh metrics"


def test_deployments_are_available():
    """Both SeldonDeployments are Available."""
    for name, manifest in (("iris-model", "iris"), ("iris-plain", "plain")):
        expect_available(name, "metrics", f"scripts/apply-when-ready.sh manifests/{manifest}.yaml")


def test_prometheus_runs():
    """Prometheus is running."""
    expect_running("monitor", "metrics", "kubectl apply -n metrics -f manifests/monitor.yaml")


def test_answer_carries_the_count():
    """The model's answers carry what it counted."""
    meta = predict([[5.1, 3.5, 1.4, 0.2], [6.4, 3.2, 4.5, 1.5], [6.3, 3.3, 6.0, 2.5]], OPEN)["meta"]
    counted = {metric["tags"]["class"]: metric["value"] for metric in meta.get("metrics", [])}
    expect(
        counted == {"setosa": 1, "versicolor": 1, "virginica": 1},
        "one flower of each species in meta.metrics",
        f"{counted or 'no metrics'}",
        "scripts/build-image.sh counting-iris:0.1 model && scripts/load-image.sh counting-iris:0.1"
        " && kubectl delete pods -n metrics -l seldon-deployment-id=iris-model"
        " && scripts/wait-for.sh sdep/iris-model -n metrics",
    )


def test_prometheus_reads_both_containers():
    """Prometheus reads the orchestrator and the model."""
    wanted = {"classifier", "seldon-container-engine"}
    # A new pod is a target once discover.py has listed it and Prometheus has read that list and then the pod.
    started = time.monotonic()
    up = query(UP, DASHBOARD, "container")
    while not wanted <= up.keys() and time.monotonic() - started < PATIENCE:
        time.sleep(0.5)
        up = query(UP, DASHBOARD, "container")
    expect(
        wanted <= up.keys(),
        "both containers of iris-model among Prometheus' targets, up",
        f"{', '.join(sorted(up)) or 'none'} after {PATIENCE:.0f} s",
        "kubectl rollout restart -n metrics deployment/monitor"
        " && scripts/wait-for.sh deployment/monitor -n metrics && scripts/open-dashboard.sh metrics",
    )
