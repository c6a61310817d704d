from pathlib import Path

import joblib


class SKLearnServer:
    """A server for any scikit-learn model: the operator says where the model lies and which method to call."""

    def __init__(self, model_uri, method="predict_proba"):
        self.model = joblib.load(Path(model_uri, "model.joblib"))
        self.method = getattr(self.model, method)

    def predict(self, X, features_names=None):
        return self.method(X)

    def class_names(self):
        return [str(name) for name in self.model.classes_]
