"""Step 2: the three servers run from the bucket's files, and answer in their protocols on the learner's ports."""
import os

import numpy as np
import pytest
from lesson import SELDON_URL, expect
from serving import expect_available, post

APPLY = "scripts/apply-when-ready.sh manifests/sklearn.yaml manifests/xgboost.yaml manifests/tensorflow.yaml"
SERVERS = {
    "sklearn": ("SKLEARN_SERVER", "v2", SELDON_URL),
    "xgboost": ("XGBOOST_SERVER", "v2", os.environ["SECOND_URL"]),
    "tensorflow": ("TENSORFLOW_SERVER", "tensorflow", os.environ["THIRD_URL"]),
}
FLOWER = [5.1, 3.5, 1.4, 0.2]
TENSOR = {"name": "flowers", "shape": [1, 4], "datatype": "FP64", "data": FLOWER}
# By protocol: the path, the request, and the class in the answer.
ASKED = {
    "v2": ("/v2/models/classifier/infer", {"inputs": [TENSOR]}, lambda answer: answer["outputs"][0]["data"][0]),
    "tensorflow": (
        "/v1/models/classifier:predict",
        {"instances": [FLOWER]},
        lambda answer: int(np.argmax(answer["predictions"][0])),
    ),
}


@pytest.mark.parametrize("name", SERVERS)
def test_server_is_available(name):
    """The SeldonDeployment is Available, of the right kind, with its protocol."""
    spec = expect_available(name, "frameworks", APPLY)["spec"]
    found = spec["predictors"][0]["graph"].get("implementation"), spec.get("protocol")
    wanted = SERVERS[name][:2]
    expect(found == wanted, f"implementation {wanted[0]} and protocol {wanted[1]}", f"{found[0]} and {found[1]}", APPLY)


@pytest.mark.parametrize("name", SERVERS)
def test_server_answers(name):
    """A setosa is class 0."""
    _, protocol, url = SERVERS[name]
    path, request, class_of = ASKED[protocol]
    open_port = f"scripts/port-forward.sh {name}-default frameworks {url.rpartition(':')[2]}"
    answer = post(path, request, open_port, url=url)
    expect(answer.status_code == 200, "HTTP 200", f"HTTP {answer.status_code}: {answer.text[:150]}", open_port)
    found = class_of(answer.json())
    expect(found == 0, "class 0", f"class {found}", APPLY)
