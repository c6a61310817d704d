"""Streams of flowers for the load generator: NumPy arrays of n rows and 4 columns, in centimetres, to one decimal."""
import numpy as np
from sklearn.datasets import load_iris

FEATURES, SPECIES = load_iris(return_X_y=True)


def iris(random: np.random.Generator, n: int) -> np.ndarray:
    """New flowers: each species with the mean and covariance that it has in the Iris data."""
    means = [FEATURES[kind == SPECIES].mean(axis=0) for kind in range(3)]
    spreads = [np.cov(FEATURES[kind == SPECIES].T) for kind in range(3)]
    rows = [random.multivariate_normal(means[kind], spreads[kind]) for kind in random.integers(0, 3, n)]
    return np.array(rows).clip(0.1).round(1).reshape(n, 4)


def mistakes(random: np.random.Generator, n: int) -> np.ndarray:
    """Outliers, a third of each kind: a length in millimetres, sepal and petal swapped, any four numbers."""
    rows = FEATURES[random.integers(0, len(FEATURES), n)].copy()
    for number, row in enumerate(rows):
        if number % 3 == 0:
            row[random.integers(4)] *= 10
        elif number % 3 == 1:
            row[:] = row[[2, 3, 0, 1]]
        else:
            row[:] = random.uniform(FEATURES.min(axis=0) - 2, FEATURES.max(axis=0) + 2).clip(0.1)
    return rows.round(1)


def greenhouse(random: np.random.Generator, n: int) -> np.ndarray:
    """Flowers of another summer: every length is 15 % more."""
    return (iris(random, n) * 1.15).round(1)


STREAMS = {"iris": iris, "mistakes": mistakes, "greenhouse": greenhouse}
