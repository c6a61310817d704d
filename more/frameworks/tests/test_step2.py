"""Step 2: both servers run from the bucket's files, and answer the Open Inference Protocol on the learner's ports."""
import os

import pytest
from lesson import SELDON_URL, expect
from serving import expect_available, post

APPLY = "scripts/apply-when-ready.sh manifests/sklearn.yaml manifests/xgboost.yaml"
SERVERS = {"sklearn": ("SKLEARN_SERVER", SELDON_URL), "xgboost": ("XGBOOST_SERVER", os.environ["SECOND_URL"])}
FLOWER = {"inputs": [{"name": "flowers", "shape": [1, 4], "datatype": "FP64", "data": [5.1, 3.5, 1.4, 0.2]}]}


@pytest.mark.parametrize("name", SERVERS)
def test_server_is_available(name):
    """The SeldonDeployment is Available, of the right kind, with protocol v2."""
    spec = expect_available(name, "frameworks", APPLY)["spec"]
    found = spec["predictors"][0]["graph"].get("implementation"), spec.get("protocol")
    wanted = SERVERS[name][0], "v2"
    expect(found == wanted, f"implementation {wanted[0]} and protocol v2", f"{found[0]} and {found[1]}", APPLY)


@pytest.mark.parametrize("name", SERVERS)
def test_server_answers(name):
    """A setosa is class 0."""
    url = SERVERS[name][1]
    open_port = f"scripts/port-forward.sh {name}-default frameworks {url.rpartition(':')[2]}"
    answer = post("/v2/models/classifier/infer", FLOWER, open_port, url=url)
    expect(answer.status_code == 200, "HTTP 200", f"HTTP {answer.status_code}: {answer.text[:150]}", open_port)
    outputs = answer.json()["outputs"]
    expect(outputs[0]["data"] == [0], "class 0", f"{outputs[0]['data']}", APPLY)
