"""Step 3: both models name nearly all flowers right, under the one contract."""
import os

import pytest
from lesson import SELDON_URL, expect
from serving import expect_available, post
from sklearn.datasets import load_iris

APPLY = "scripts/apply-when-ready.sh manifests/sklearn.yaml manifests/xgboost.yaml"
URLS = {"sklearn": SELDON_URL, "xgboost": os.environ["SECOND_URL"]}


@pytest.mark.parametrize("name", URLS)
def test_model_names_the_flowers(name):
    """At least 140 of the 150 flowers get their class."""
    expect_available(name, "frameworks", APPLY)
    iris = load_iris()
    tensor = {"name": "flowers", "shape": [150, 4], "datatype": "FP64", "data": iris.data.ravel().tolist()}
    open_port = f"scripts/port-forward.sh {name}-default frameworks {URLS[name].rpartition(':')[2]}"
    answer = post("/v2/models/classifier/infer", {"inputs": [tensor]}, open_port, url=URLS[name])
    expect(answer.status_code == 200, "HTTP 200", f"HTTP {answer.status_code}: {answer.text[:150]}", open_port)
    right = int((iris.target == answer.json()["outputs"][0]["data"]).sum())
    expect(right >= 140, "at least 140 of 150 flowers named right", f"{right}",
           "kubectl logs job/train -n frameworks")
