"""Step 3: the server has the model's version of scikit-learn, and serves what the model on the learner's disk says."""
import os
from pathlib import Path

import joblib
import numpy as np
from lesson import expect
from serving import expect_available, predict
from sklearn.datasets import load_iris

MODEL = Path(os.environ["LESSON_DIR"], "model", "model.joblib")
MEND = f"repeat step 3 from  echo 'scikit-learn=={os.environ['SCIKIT_LEARN_VERSION']}' > server/sklearn-version.txt  on"
OPEN = "run  scripts/reopen-port.sh iris-default prepackaged-server  and check again"


def test_iris_is_available():
    """The SeldonDeployment iris is Available and still has SKLEARN_SERVER."""
    found = expect_available("iris", "prepackaged-server", "begin with step 2")
    graph = found["spec"]["predictors"][0]["graph"]
    expect(graph.get("implementation") == "SKLEARN_SERVER", "implementation SKLEARN_SERVER",
           f"{graph.get('implementation')}", "leave the graph of manifests/iris.yaml as it was")


def test_predictions_are_those_of_your_model():
    """All 150 flowers get the probabilities that the model on your disk gives."""
    features, _ = load_iris(return_X_y=True)
    served = np.array(predict(features.tolist(), f"{MEND}; if you did, {OPEN}")["data"]["ndarray"], dtype=float)
    local = joblib.load(MODEL).predict_proba(features)
    expect(served.shape == local.shape and float(np.abs(served - local).max()) < 1e-6,
           "the probabilities of the model on your disk", "others",
           "upload model/model.joblib again (step 1), and restart the pod: "
           " kubectl delete pod -n prepackaged-server -l seldon-deployment-id=iris")
