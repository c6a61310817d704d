"""Step 3: what answers on the learner's port is this model, it is right, and it says so when a request is wrong."""
import os
import re
from pathlib import Path

import joblib
import numpy as np
import pytest
import requests
from kubernetes import client
from lesson import NAMESPACE, SELDON_URL, api, expect, expect_operator, model_pods
from sklearn.datasets import load_iris

OPEN = "run  scripts/port-forward.sh  and check again"
MODEL = Path(os.environ["LESSON_DIR"], "model", "model.joblib")


def predict(rows: list[list[float]]) -> requests.Response:
    """What the learner's port answers, or a sentence when nothing does."""
    url = f"{SELDON_URL}/api/v1.0/predictions"
    try:
        return requests.post(url, json={"data": {"ndarray": rows}}, timeout=15)
    except requests.RequestException:
        expect(False, f"an answer on {url}", "nothing answers there", OPEN)
        raise


def predictions_counted() -> float:
    """How many predictions the model's own pods have counted, read through the API server, not the learner's port."""
    total = 0.0
    for pod in model_pods():
        # Undecoded: the client would return the text of a Python bytes literal.
        response = client.CoreV1Api(api()).connect_get_namespaced_pod_proxy_with_path(
            f"{pod.metadata.name}:8000", NAMESPACE, "prometheus", _request_timeout=10, _preload_content=False
        )
        for line in response.data.decode().splitlines():
            counter = re.match(r"seldon_api_executor_server_requests_seconds_count\{(.*)\} (\S+)$", line)
            if counter and 'service="predictions"' in counter[1]:
                total += float(counter[2])
    return total


@pytest.fixture(scope="module")
def flowers() -> tuple[np.ndarray, np.ndarray]:
    return load_iris(return_X_y=True)


def test_operator_is_available():
    """The operator is running."""
    expect_operator()


def test_port_leads_to_this_model():
    """The port on this machine leads to the model in the cluster."""
    expect(bool(model_pods()), "a pod of the SeldonDeployment iris-model", "none", "repeat step 2's  kubectl apply")
    before = predictions_counted()
    for _ in range(3):
        predict([[5.1, 3.5, 1.4, 0.2]])
    counted = predictions_counted() - before
    expect(
        counted >= 3,
        "the model's own counter to rise by the 3 predictions that this check asked for",
        f"it rose by {counted:.0f}: another program answers on {SELDON_URL}",
        f"stop the program that holds that port (ss -ltnp shows it) and then {OPEN}",
    )


def test_predictions_agree_with_local_model(flowers):
    """All 150 flowers get the probabilities that the model you trained gives."""
    features, species = flowers
    expect(MODEL.exists(), f"the trained model in {MODEL}", "no such file", "run  python model/train.py")
    answer = predict(features.tolist())
    expect(
        answer.status_code == 200,
        "HTTP 200 for 150 flowers",
        f"HTTP {answer.status_code}: {answer.text[:200]}",
        "look at the model's log:  kubectl logs -n seldon -l seldon-deployment-id=iris-model -c classifier",
    )
    rows = answer.json()["data"]["ndarray"]
    expect(
        not any(isinstance(value, str) for value in np.ravel(rows).tolist()),
        "a row of probabilities for each flower",
        f"names: {rows[0]}",
        "nothing, if this is the last page's exercise; otherwise deploy the class of step 2",
    )
    served = np.array(rows, dtype=float)
    local = joblib.load(MODEL).predict_proba(features)
    rebuild = "build, load and deploy the model you trained: step 2 from  scripts/build-image.sh  on"
    expect(
        served.shape == local.shape and float(np.abs(served - local).max()) <= 1e-6,
        "the served probabilities to agree with the local model to 0.000001",
        f"answers of shape {served.shape}" if served.shape != local.shape
        else f"a difference of {np.abs(served - local).max():.6f}",
        rebuild,
    )
    accuracy = float((served.argmax(axis=1) == species).mean())
    expect(accuracy >= 0.95, "at least 95 % of the flowers named correctly", f"{accuracy:.0%}", rebuild)


def test_wrong_request_is_explained():
    """A flower with three measurements gets an error that says four are expected."""
    answer = predict([[5.1, 3.5, 1.4]])
    is_error = answer.status_code == 500 and answer.text.startswith("{")
    info = str(answer.json().get("status", {}).get("info", "")) if is_error else answer.text
    expect(
        is_error and "expecting 4 features" in info,
        "HTTP 500 with JSON that says that 4 features are expected",
        f"HTTP {answer.status_code}: {info[:200]}",
        "deploy the class of step 2 unchanged: its error comes from scikit-learn",
    )
