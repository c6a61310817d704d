import json

import numpy as np


class NearestCentre:
    """Names the species whose mean is nearest, looking at some of the four measurements only."""

    def __init__(self, measurements="0,1,2,3"):
        self.seen = [int(number) for number in measurements.split(",")]
        with open("centres.json") as file:
            self.centres = np.array(json.load(file))[:, self.seen]

    def predict(self, X, features_names=None):
        rows = np.asarray(X, dtype=float)[:, self.seen]
        distances = np.linalg.norm(rows[:, None, :] - self.centres[None], axis=2)
        return distances.argmin(axis=1).reshape(-1, 1)

    def class_names(self):
        return ["species"]
