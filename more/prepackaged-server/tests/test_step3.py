"""Step 3: the server has the model's version of scikit-learn, and serves what the model on the learner's disk says."""
import os
from pathlib import Path

import bucket
import joblib
import numpy as np
import remedies
from lesson import expect
from serving import expect_available, predict
from sklearn.datasets import load_iris

MODEL = Path(os.environ["LESSON_DIR"], "model", "model.joblib")
MEND = (
    f"echo scikit-learn=={os.environ['SCIKIT_LEARN_VERSION']} > server/sklearn-version.txt"
    " && scripts/build-image.sh sklearn-server:0.2 server"
    " && scripts/load-image.sh sklearn-server:0.2"
    " && sed -i.mine s/sklearn-server:0.1/sklearn-server:0.2/ manifests/iris.yaml"
    " && python scripts/roll_out.py manifests/iris.yaml"
)
OPEN = "scripts/reopen-port.sh iris-default prepackaged-server"


def test_iris_is_available():
    """The SeldonDeployment iris is Available and still has SKLEARN_SERVER."""
    found = expect_available("iris", "prepackaged-server", "scripts/apply-when-ready.sh manifests/iris.yaml")
    graph = found["spec"]["predictors"][0]["graph"]
    expect(graph.get("implementation") == "SKLEARN_SERVER", "implementation SKLEARN_SERVER",
           f"{graph.get('implementation')}", "scripts/apply-when-ready.sh manifests/iris.yaml")


def test_predictions_are_those_of_your_model():
    """All 150 flowers get the probabilities that the model on your disk gives."""
    expect(MODEL.exists(), "your model on your disk, model/model.joblib", "no such file", remedies.TRAIN)
    features, _ = load_iris(return_X_y=True)
    served = np.array(predict(features.tolist(), f"{MEND} && {OPEN}")["data"]["ndarray"], dtype=float)
    local = joblib.load(MODEL).predict_proba(features)
    expect(served.shape == local.shape and float(np.abs(served - local).max()) < 1e-6,
           "the probabilities of the model on your disk", "others",
           bucket.upload("model/model.joblib", "models/iris/model.joblib")
           + " && kubectl delete pods -n prepackaged-server -l seldon-deployment-id=iris"
           " && scripts/wait-for.sh sdep/iris -n prepackaged-server")
