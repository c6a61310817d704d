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


def expected(flower: list[float]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Prediction, base and contributions of a flower."""
    expect((FOLDER / "model.joblib").exists(), f"the model in {FOLDER}", "none", "python explain/train.py")
    sys.path.insert(0, str(FOLDER))
    from shapley import contributions

    model = joblib.load(FOLDER / "model.joblib")
    background = np.array(json.loads((FOLDER / "background.json").read_text()))
    base, parts = contributions(model.predict_proba, np.array(flower), background)
    return model.predict_proba([flower])[0], base, parts
