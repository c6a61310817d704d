"""Step 3: Java and Python agree and were compared, wrong requests are refused in words, and the answers are counted."""
import json
import os
from pathlib import Path

import numpy as np
from kubernetes import client
from lesson import api, expect, model_pods
from serving import expect_available, post
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split

APPLY = "scripts/apply-when-ready.sh manifests/iris.yaml"
OPEN = "scripts/port-forward.sh iris-default java"
PREDICT = "/api/v1.0/predictions"
COMPARISON = Path(os.environ["LESSON_DIR"], "comparison.json")
# What counts an answer of the class setosa.
ASK = (
    "curl -s \"$SELDON_URL/api/v1.0/predictions\" -H 'Content-Type: application/json'"
    " -d '{\"data\": {\"ndarray\": [[5.1, 3.5, 1.4, 0.2]]}}'"
)


def test_java_and_python_agree():
    """Java's probabilities for all 150 flowers are scikit-learn's, to four digits."""
    expect_available("iris", "java", APPLY)
    flowers, classes = load_iris(return_X_y=True)
    seen, _, right, _ = train_test_split(flowers, classes, test_size=50, random_state=1, stratify=classes)
    python = LogisticRegression(max_iter=1000).fit(seen, right).predict_proba(flowers)
    answer = post(PREDICT, {"data": {"ndarray": flowers.tolist()}}, OPEN)
    expect(answer.status_code == 200, "HTTP 200", f"HTTP {answer.status_code}: {answer.text[:150]}", OPEN)
    difference = float(np.abs(np.array(answer.json()["data"]["ndarray"]) - python).max())
    expect(difference < 1e-4, "probabilities that differ by less than 0.0001", f"a difference of {difference:.4f}",
           "scripts/build-image.sh java-iris:0.1 java && scripts/load-image.sh java-iris:0.1"
           " && python scripts/roll_out.py manifests/iris.yaml")


def test_they_were_compared():
    """Your comparison found the same class for all 150 flowers."""
    compare = "python scripts/compare.py"
    expect(COMPARISON.exists(), "a comparison of Java and Python in comparison.json", "no such file", compare)
    told = json.loads(COMPARISON.read_text())
    expect(told.get("same") == 150, "the same class for 150 flowers in comparison.json", f"{told.get('same')}", compare)


def test_wrong_request_is_refused():
    """Three numbers are refused with ONNX Runtime's own words."""
    answer = post(PREDICT, {"data": {"ndarray": [[5.1, 3.5, 1.4]]}}, OPEN)
    told = answer.json().get("status", {}).get("info", "") if answer.status_code == 400 else answer.text[:150]
    expect("Got: 3 Expected: 4" in told, "HTTP 400 with what ONNX Runtime says",
           f"HTTP {answer.status_code}: {told}", OPEN)


def test_answers_are_counted():
    """The metrics have the answers by class."""
    pods = model_pods("iris", "java")
    expect(bool(pods), "a pod of iris", "none", APPLY)
    read = client.CoreV1Api(api()).connect_get_namespaced_pod_proxy_with_path
    text = read(f"{pods[0].metadata.name}:6000", "java", "prometheus", _request_timeout=10)
    expect('iris_answers_total{class="setosa"}' in text, "the metric iris_answers_total with the class setosa",
           "none", ASK)
