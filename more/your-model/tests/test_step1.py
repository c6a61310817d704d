"""Step 1: a model of the learner's own knows the wines."""

import warnings

import joblib
from lesson import expect_hint
from wine import FOLDER, WINE

TRAIN = "write wine/train.py and run  python wine/train.py"


def test_model_names_the_wines():
    """wine/model.joblib names at least 90 % of the wines, and gives probabilities."""
    path = FOLDER / "model.joblib"
    expect_hint(path.exists(), "wine/model.joblib", "no such file", TRAIN)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = joblib.load(path)
    takes = getattr(model, "n_features_in_", None)
    expect_hint(takes == 13, "a model that takes 13 measurements", f"it takes {takes}", f"train on load_wine: {TRAIN}")
    expect_hint(
        hasattr(model, "predict_proba"),
        "a classifier with predict_proba",
        type(model).__name__,
        "take a LogisticRegression, for example",
    )
    right = float((model.predict(WINE.data) == WINE.target).mean())
    expect_hint(
        right >= 0.9, "at least 90 % of the wines named correctly", f"{right:.0%}", "scale the measurements first"
    )
