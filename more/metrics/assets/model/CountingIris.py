from collections import Counter

import joblib
from seldon_core.user_model import SeldonResponse


class CountingIris:
    species = ("setosa", "versicolor", "virginica")

    def __init__(self):
        self.model = joblib.load("model.joblib")

    def predict(self, X, features_names=None):
        probabilities = self.model.predict_proba(X)
        answers = Counter(probabilities.argmax(axis=1))
        counts = [
            {"type": "COUNTER", "key": "iris_predictions", "value": count, "tags": {"class": self.species[number]}}
            for number, count in answers.items()
        ]
        return SeldonResponse(data=probabilities, metrics=counts)

    def class_names(self):
        return list(self.species)
