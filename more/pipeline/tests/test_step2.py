"""Step 2: the graph has two models, a combiner and an output transformer, and does what they should."""
import os
from pathlib import Path

import joblib
import numpy as np
from lesson import expect
from serving import expect_available, predict
from sklearn.datasets import load_iris

APPLY = "python scripts/roll_out.py manifests/pipeline.yaml"
OPEN = "scripts/reopen-port.sh pipeline-default pipeline"
FOLDER = Path(os.environ["LESSON_DIR"], "pipeline")
NODES = {"centimetres", "species", "average", "linear", "neighbours"}


def test_pipeline_is_available():
    """The SeldonDeployment pipeline is Available with five containers of yours."""
    found = expect_available("pipeline", "pipeline", APPLY)
    containers = found["spec"]["predictors"][0]["componentSpecs"][0]["spec"]["containers"]
    names = {container["name"] for container in containers}
    expect(names == NODES, f"the containers {', '.join(sorted(NODES))}", ", ".join(sorted(names)), APPLY)


def test_all_flowers_are_named_as_both_models_together_would():
    """150 flowers in inches get the name and the probability that the two models on your disk give together."""
    features, _ = load_iris(return_X_y=True)
    answer = predict((features / 2.54).tolist(), OPEN)
    path = set(answer["meta"]["requestPath"])
    expect(path == NODES, "all five nodes to take part", ", ".join(sorted(path)), f"{APPLY} && {OPEN}")
    models = [joblib.load(FOLDER / f"{name}.joblib") for name in ("linear", "neighbours")]
    mean = np.mean([model.predict_proba(features) for model in models], axis=0)
    names = np.array(["setosa", "versicolor", "virginica"])[mean.argmax(axis=1)]
    served = answer["data"]["ndarray"]
    wrong = sum(row[0] != name for row, name in zip(served, names, strict=True))
    apart = max(abs(row[1] - best) for row, best in zip(served, mean.max(axis=1), strict=True))
    expect(
        wrong == 0 and apart <= 0.001,
        "the names and probabilities of the mean of both models",
        f"{wrong} other names, probabilities up to {apart:.3f} apart",
        "scripts/build-image.sh pipeline:0.1 pipeline && scripts/load-image.sh pipeline:0.1"
        " && kubectl delete pods -n pipeline --all && scripts/wait-for.sh sdep/pipeline -n pipeline",
    )
