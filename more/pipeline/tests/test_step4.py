"""Step 4, the exercise: a third model in the average. Each test is one stage."""

import json
import os
from pathlib import Path

import joblib
import numpy as np
from lesson import expect, expect_hint
from serving import ask_service, expect_available, expect_own
from sklearn.datasets import load_iris

NAMESPACE = "pipeline"
OWN = "panel"
FOLDER = Path(os.environ["LESSON_DIR"], "pipeline")
MODELS = ("linear", "neighbours", "tree")
NODES = {"centimetres", "species", "average", *MODELS}
FLOWERS = load_iris().data
TRAIN = "python pipeline/train.py"
LOG = f"kubectl logs -n {NAMESPACE} -l seldon-deployment-id={OWN} -c average --tail=20"


def answers() -> np.ndarray:
    """What the three models on the learner's disk say of all flowers, shape (models, flowers, species)."""
    for name in MODELS[:2]:
        expect((FOLDER / f"{name}.joblib").exists(), f"the model pipeline/{name}.joblib", "no such file", TRAIN)
    expect_hint(
        (FOLDER / "tree.joblib").exists(), "a third model in pipeline/tree.joblib", "no such file",
        "train it in pipeline/train.py, and run that; the first hint on the page says how",
    )
    return np.array([joblib.load(FOLDER / f"{name}.joblib").predict_proba(FLOWERS) for name in MODELS])


def ask(rows: np.ndarray) -> dict:
    """The answer to flowers in centimetres, sent in inches."""
    status, text = ask_service(OWN, NAMESPACE, {"data": {"ndarray": (rows / 2.54).tolist()}})
    expect(status == 200, f"HTTP 200 for {len(rows)} flowers", f"HTTP {status}: {text[:150]}", LOG)
    return json.loads(text)


def test_third_model_is_trained():
    """A third model is in pipeline/tree.joblib, and is another one than the first two."""
    linear, neighbours, tree = answers()
    same = [name for name, other in (("linear", linear), ("neighbours", neighbours)) if np.allclose(tree, other)]
    expect_hint(not same, "a model of another kind", f"it says all that {' and '.join(same)} says", "train a tree")


def test_panel_is_available():
    """The SeldonDeployment panel is Available, and pipeline still is."""
    expect_own(OWN, NAMESPACE, "write its manifest and apply it; the third hint on the page says how")
    expect_available("pipeline", NAMESPACE, "python scripts/roll_out.py manifests/pipeline.yaml")


def test_six_nodes_take_part():
    """Six nodes take part in an answer."""
    path = set(ask(FLOWERS[:1])["meta"]["requestPath"])
    expect_hint(
        path == NODES, f"an answer through {', '.join(sorted(NODES))}", ", ".join(sorted(path)),
        "give the node average a third child, named tree, and a container of that name",
    )


def test_answers_are_those_of_all_three():
    """150 flowers in inches get the name and the probability that the three models on your disk give together."""
    mean = answers().mean(axis=0)
    names = np.array(["setosa", "versicolor", "virginica"])[mean.argmax(axis=1)]
    served = ask(FLOWERS)["data"]["ndarray"]
    wrong = sum(row[0] != name for row, name in zip(served, names, strict=True))
    apart = max(abs(row[1] - best) for row, best in zip(served, mean.max(axis=1), strict=True))
    expect_hint(
        wrong == 0 and apart <= 0.001, "the names and probabilities of the mean of all three",
        f"{wrong} other names, probabilities up to {apart:.3f} apart",
        "let aggregate take the mean of all answers; build the image after the training, under a version of its own",
    )


def test_disagreement_is_that_of_the_farthest_two():
    """The tag disagreement says how far the farthest two are apart."""
    all_three = answers()
    apart = (all_three.max(axis=0) - all_three.min(axis=0)).max(axis=1)
    flower = int(apart.argmax())
    tags = ask(FLOWERS[flower][None])["meta"].get("tags", {})
    expect_hint(
        abs(float(tags.get("disagreement", -1)) - apart[flower]) <= 0.002,
        f"the tag disagreement {apart[flower]:.3f} for the flower {FLOWERS[flower].tolist()}", f"{tags}",
        "it is the largest answer minus the smallest one, across all models",
    )
