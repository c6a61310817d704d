import numpy as np


class Centimetres:
    """Before the models: takes measurements in inches as well as in centimetres."""

    def __init__(self, unit="cm"):
        self.factor = {"cm": 1.0, "inch": 2.54}[unit]
        self.odd = 0

    def transform_input(self, X, features_names=None):
        rows = np.asarray(X, dtype=float) * self.factor
        # No iris has a sepal shorter than 4 cm or longer than 8.
        self.odd = int(((rows[:, 0] < 4) | (rows[:, 0] > 8)).sum())
        return rows

    def tags(self):
        return {"odd_rows": self.odd}

    def metrics(self):
        return [{"type": "COUNTER", "key": "odd_rows", "value": self.odd}]
