"""Step 4, the exercise: XGBoost's trees ask two questions at most. Each test is one stage."""

import json
import os
from pathlib import Path

import numpy as np
import remedies
from lesson import expect, expect_hint, model_pods, run
from serving import ask_service, expect_available
from sklearn.datasets import load_iris
from trees import depths

NAMESPACE = "frameworks"
NAME = "xgboost"
FIRST = "s3://models/xgboost"
WAIT = remedies.wait_for_sdep(NAME, NAMESPACE)
LOG = f"kubectl logs -n {NAMESPACE} -l seldon-deployment-id={NAME} -c classifier --tail=20"
COMPARISON = Path(os.environ["LESSON_DIR"], "comparison.json")
COMPARE = f'scripts/reopen-port.sh {NAME}-default {NAMESPACE} "${{SECOND_URL##*:}}" && python scripts/compare.py'
# Three questions may lead to an answer in the first model.
QUESTIONS = 2


def test_model_has_a_path_of_its_own():
    """xgboost is Available, and serves a model from another path than the first."""
    predictor = expect_available(NAME, NAMESPACE, "kubectl apply -f manifests/xgboost.yaml")["spec"]["predictors"][0]
    uri = predictor["graph"].get("modelUri", "none")
    expect_hint(
        uri.rstrip("/") != FIRST, f"another modelUri than {FIRST}", uri,
        "let the Job write to a folder of another name, and name that in manifests/xgboost.yaml",
    )


def test_trees_ask_two_questions_at_most():
    """No answer of the trees in the pod takes more than two questions."""
    pods = model_pods(NAME, NAMESPACE)
    expect(len(pods) == 1, f"one pod of {NAME}", f"{len(pods)}", WAIT)
    pod = pods[0].metadata.name
    file = "/mnt/models/model.json"
    read = run("kubectl", "exec", "-n", NAMESPACE, pod, "-c", "classifier", "--", "cat", file)
    expect(read.returncode == 0, f"the file {file} in the pod {pod}", read.stderr.strip()[-150:], LOG)
    found = depths(json.loads(read.stdout))
    expect_hint(
        bool(found) and max(found) <= QUESTIONS, f"trees with {QUESTIONS} questions at most on the way to an answer",
        f"{len(found)} trees, the deepest with {max(found, default=0)} questions",
        "change max_depth in model/train.py, renew the ConfigMap train-program, and run the Job anew",
    )


def test_flowers_are_still_named_right():
    """At least 140 of the 150 flowers get their class."""
    iris = load_iris()
    tensor = {"name": "flowers", "shape": [150, 4], "datatype": "FP64", "data": iris.data.ravel().tolist()}
    path = "/v2/models/classifier/infer"
    status, text = ask_service(NAME, NAMESPACE, {"inputs": [tensor]}, path=path)
    expect(status == 200, "HTTP 200 for 150 flowers", f"HTTP {status}: {text[:150]}", LOG)
    right = int((iris.target == np.array(json.loads(text)["outputs"][0]["data"])).sum())
    expect_hint(right >= 140, "at least 140 of 150 flowers named right", f"{right}", "keep 50 trees or more")


def test_comparison_is_of_the_new_model():
    """comparison.json was written since the new model is served."""
    expect(COMPARISON.exists(), "a comparison of the three models in comparison.json", "no such file", COMPARE)
    served = model_pods(NAME, NAMESPACE)[0].metadata.creation_timestamp.timestamp()
    is_new = COMPARISON.stat().st_mtime > served
    expect(is_new, "a comparison that was made since the new model is served", "comparison.json is older", COMPARE)
