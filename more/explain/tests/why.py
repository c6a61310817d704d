"""What the checks of this lesson share: the contributions as the model on the learner's disk gives them."""
import json
import os
import sys
from pathlib import Path

import joblib
import numpy as np
from lesson import expect

FOLDER = Path(os.environ["LESSON_DIR"], "explain")
EXPLAIN_URL = os.environ["EXPLAIN_URL"]


def model() -> object:
    """The model on the learner's disk."""
    expect((FOLDER / "model.joblib").exists(), f"the model in {FOLDER}", "none", "python explain/train.py")
    return joblib.load(FOLDER / "model.joblib")


def contributions_by(flower: list[float], background: np.ndarray) -> np.ndarray:
    """Contributions beside a background, of shape (measurements, classes)."""
    sys.path.insert(0, str(FOLDER))
    from shapley import contributions

    return contributions(model().predict_proba, np.array(flower), background)[1]


def expected(flower: list[float]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Prediction, base and contributions of a flower."""
    background = np.array(json.loads((FOLDER / "background.json").read_text()))
    answer = model().predict_proba
    return answer([flower])[0], answer(background).mean(axis=0), contributions_by(flower, background)
