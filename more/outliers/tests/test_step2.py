"""Step 2: the detector stands before the model, tags what is strange and only that, and costs little."""
import os
import sys

import numpy as np
from lesson import SELDON_URL, expect
from monitoring import expect_cheap
from ports import ask
from serving import expect_available, expect_running

sys.path.insert(0, os.path.join(os.environ["LESSON_DIR"], "client"))

NAMESPACE = "outliers"
OPEN = "scripts/port-forward.sh iris-model-default outliers"
SEED = 99
STRANGE = 100


def tags(rows: np.ndarray) -> list[bool]:
    """What the served detector says of each row."""
    answer = ask(f"{SELDON_URL}/api/v1.0/predictions", OPEN, {"data": {"ndarray": rows.tolist()}})
    expect(answer.status_code == 200, "HTTP 200", f"HTTP {answer.status_code}: {answer.text[:200]}", OPEN)
    found = answer.json().get("meta", {}).get("tags", {}).get("outlier")
    expect(
        isinstance(found, list) and len(found) == len(rows),
        "meta.tags.outlier with a word for each flower",
        f"{found}",
        "scripts/apply-when-ready.sh manifests/iris.yaml"
        " && scripts/wait-for.sh sdep/iris-model -n outliers && scripts/reopen-port.sh iris-model-default outliers",
    )
    return found


def test_deployments_are_available():
    """Both SeldonDeployments are Available."""
    for name, manifest in (("iris-model", "iris"), ("iris-plain", "plain")):
        expect_available(name, NAMESPACE, f"scripts/apply-when-ready.sh manifests/{manifest}.yaml")


def test_prometheus_runs():
    """Prometheus is running."""
    apply = "kubectl apply -n outliers -f manifests/alert.yaml -f manifests/monitor.yaml"
    expect_running("monitor", "outliers", apply)


def test_served_detector_is_right():
    """Of 150 flowers and 100 mistakes, those tagged are at least 95 % mistakes, and at least 90 % of the mistakes."""
    from flowers import FEATURES, mistakes

    strange = mistakes(np.random.default_rng(SEED), STRANGE)
    # In one request with many ordinary flowers, so that this check does not make the alert of step 3 fire.
    found = tags(np.vstack([np.tile(FEATURES, (10, 1)), strange]))
    wrong, right = sum(found[:len(FEATURES)]), sum(found[-STRANGE:])
    precision, recall = right / max(1, right + wrong), right / STRANGE
    expect(
        precision >= 0.95 and recall >= 0.9,
        "precision at least 0.95 and recall at least 0.9",
        f"precision {precision:.3f}, recall {recall:.3f}",
        "python outliers/fit.py && scripts/build-image.sh outliers:0.1 outliers && scripts/load-image.sh outliers:0.1"
        " && kubectl delete pods -n outliers -l seldon-deployment-id=iris-model"
        " && scripts/wait-for.sh sdep/iris-model -n outliers && scripts/reopen-port.sh iris-model-default outliers",
    )
    print(f"  (precision {precision:.3f}, recall {recall:.3f})")


def test_detector_is_cheap():
    """The detector costs at most 30 % of the median latency: it is one more call for each prediction."""
    expect_cheap(NAMESPACE, "iris-plain", "iris-model", 30.0)
