import joblib
import numpy as np

# How trustworthy an answer is, by the width of the petal in whole centimetres.
TRUST = [0.99, 0.95]


class V3:
    """The version after that: adds how far to trust the answer, and has a bug."""

    def __init__(self):
        self.model = joblib.load("v2.joblib")

    def predict(self, X, features_names=None):
        rows = np.asarray(X, dtype=float)
        self.trust = [TRUST[int(width)] for width in rows[:, 3]]
        return self.model.predict(rows).reshape(-1, 1)

    def tags(self):
        return {"trust": self.trust}
