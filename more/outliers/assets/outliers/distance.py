"""How far is a row from anything in the reference data? Squared Mahalanobis distance to the nearest class, over its limit.

The limit of a class is where a further row of the same normal distribution stays with the probability `quantile`
(Hotelling's T squared: it knows that the mean and covariance were estimated from few rows).
"""
import json
from pathlib import Path

import numpy as np
from scipy import stats


def fit(rows: np.ndarray, labels: np.ndarray, quantile: float = 0.999) -> dict:
    """For each class its mean and the map that turns its limit into the unit sphere, as plain lists.

    rows: (n, p); labels: (n,).
    """
    classes = []
    for label in np.unique(labels):
        group = rows[labels == label]
        n, p = group.shape
        limit = p * (n - 1) * (n + 1) / (n * (n - p)) * stats.f.ppf(quantile, p, n - p)
        # The squared length of map @ (row - mean) is the squared Mahalanobis distance over the limit.
        to_sphere = np.linalg.cholesky(np.linalg.inv(np.cov(group.T)) / limit).T
        classes.append({"mean": group.mean(axis=0).tolist(), "map": to_sphere.tolist()})
    return {"classes": classes}


def save(reference: dict, path: Path) -> None:
    path.write_text(json.dumps(reference))


class Distance:
    """Distance of rows from the reference; above 1 is an outlier."""

    def __init__(self, reference: dict) -> None:
        maps = [np.array(one["map"]) for one in reference["classes"]]
        self.columns = maps[0].shape[1]
        # All classes in one product: every call of NumPy costs more than its few multiplications.
        self._maps = np.vstack(maps).T
        self._centres = np.concatenate([by @ np.array(one["mean"]) for by, one in zip(maps, reference["classes"])])

    @classmethod
    def load(cls, path: Path) -> "Distance":
        return cls(json.loads(path.read_text()))

    def __call__(self, rows: np.ndarray) -> np.ndarray:
        """(n, p) → (n,). A row with a value that is no number has a distance that is none either."""
        away = rows @ self._maps
        away -= self._centres
        away *= away
        return away.reshape(len(rows), -1, self.columns).sum(axis=2).min(axis=1)
