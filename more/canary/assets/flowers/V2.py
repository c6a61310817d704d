import joblib
import numpy as np


class V2:
    """The new version: looks at sepals and petals."""

    def __init__(self):
        self.model = joblib.load("v2.joblib")

    def predict(self, X, features_names=None):
        return self.model.predict(np.asarray(X, dtype=float)).reshape(-1, 1)
