"""How far is a row from anything in the reference data? Squared Mahalanobis distance to the nearest class, over its limit.

The limit of a class is where a further row of the same normal distribution stays with the probability `quantile`
(Hotelling's T squared: it knows that the mean and covariance were estimated from few rows).
"""
import json
from pathlib import Path

import numpy as np
from scipy import stats


def fit(rows: np.ndarray, labels: np.ndarray, quantile: float = 0.999) -> dict:
    """Means, inverse covariances and limits by class, as plain lists. rows: (n, p); labels: (n,)."""
    classes = []
    for label in np.unique(labels):
        group = rows[labels == label]
        n, p = group.shape
        limit = p * (n - 1) * (n + 1) / (n * (n - p)) * stats.f.ppf(quantile, p, n - p)
        inverse = np.linalg.inv(np.cov(group.T)) / limit
        classes.append({"mean": group.mean(axis=0).tolist(), "inverse": inverse.tolist()})
    return {"classes": classes}


def save(reference: dict, path: Path) -> None:
    path.write_text(json.dumps(reference))


class Distance:
    """Distance of rows from the reference; above 1 is an outlier."""

    def __init__(self, reference: dict) -> None:
        self._means = np.array([one["mean"] for one in reference["classes"]])
        self._inverses = np.array([one["inverse"] for one in reference["classes"]])
        self.columns = self._means.shape[1]

    @classmethod
    def load(cls, path: Path) -> "Distance":
        return cls(json.loads(path.read_text()))

    def __call__(self, rows: np.ndarray) -> np.ndarray:
        """(n, p) → (n,). A row with a value that is no number is infinitely far away."""
        away = rows[:, None, :] - self._means[None, :, :]
        distances = np.matmul(np.matmul(away[:, :, None, :], self._inverses[None]), away[..., None])[:, :, 0, 0]
        nearest = distances.min(axis=1)
        return np.where(np.isfinite(nearest), nearest, np.inf)
