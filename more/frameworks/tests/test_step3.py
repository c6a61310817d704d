"""Step 3: all three models name nearly all flowers right, and the learner's comparison says how many."""
import json
import os
from pathlib import Path

import numpy as np
import pytest
from lesson import SELDON_URL, expect
from serving import expect_available, post
from sklearn.datasets import load_iris

APPLY = "scripts/apply-when-ready.sh manifests/sklearn.yaml manifests/xgboost.yaml manifests/tensorflow.yaml"
COMPARE = "python scripts/compare.py"
COMPARISON = Path(os.environ["LESSON_DIR"], "comparison.json")
MODELS = {
    "sklearn": ("scikit-learn", SELDON_URL),
    "xgboost": ("XGBoost", os.environ["SECOND_URL"]),
    "tensorflow": ("TensorFlow", os.environ["THIRD_URL"]),
}


def classes(name: str, url: str, rows: np.ndarray) -> np.ndarray:
    """What a model answers, by its protocol."""
    open_port = f"scripts/port-forward.sh {name}-default frameworks {url.rpartition(':')[2]}"
    tensor = {"name": "flowers", "shape": [len(rows), 4], "datatype": "FP64", "data": rows.ravel().tolist()}
    path, body = "/v2/models/classifier/infer", {"inputs": [tensor]}
    if name == "tensorflow":
        path, body = "/v1/models/classifier:predict", {"instances": rows.tolist()}
    answer = post(path, body, open_port, url=url)
    expect(answer.status_code == 200, "HTTP 200", f"HTTP {answer.status_code}: {answer.text[:150]}", open_port)
    found = answer.json()
    return np.argmax(found["predictions"], axis=1) if name == "tensorflow" else np.array(found["outputs"][0]["data"])


@pytest.mark.parametrize("name", MODELS)
def test_comparison_is_right(name):
    """At least 140 of the 150 flowers get their class, as comparison.json says."""
    shown, url = MODELS[name]
    expect(COMPARISON.exists(), "a comparison of the three models in comparison.json", "no such file", COMPARE)
    expect_available(name, "frameworks", APPLY)
    iris = load_iris()
    right = int((iris.target == classes(name, url, iris.data)).sum())
    expect(right >= 140, "at least 140 of 150 flowers named right", f"{right}",
           "kubectl logs job/train -n frameworks --all-containers")
    told = json.loads(COMPARISON.read_text()).get(shown)
    expect(told == right, f"{right} flowers for {shown} in comparison.json", f"{told}", COMPARE)
