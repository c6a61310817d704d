import numpy as np


class Average:
    """Behind two models: the mean of their probabilities, and how far they disagree."""

    def __init__(self):
        self.disagreement = 0.0

    def aggregate(self, Xs, features_names=None):
        first, second = (np.asarray(X, dtype=float) for X in Xs)
        self.disagreement = float(np.abs(first - second).max())
        return (first + second) / 2

    def tags(self):
        return {"disagreement": round(self.disagreement, 3)}

    def metrics(self):
        return [
            {"type": "GAUGE", "key": "disagreement", "value": self.disagreement},
            {"type": "COUNTER", "key": "disputed", "value": int(self.disagreement > 0.25)},
        ]
