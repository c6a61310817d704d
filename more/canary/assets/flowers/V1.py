import joblib
import numpy as np


class V1:
    """What runs today: looks at the sepals only."""

    def __init__(self):
        self.model = joblib.load("v1.joblib")

    def predict(self, X, features_names=None):
        return self.model.predict(np.asarray(X, dtype=float)[:, :2]).reshape(-1, 1)
