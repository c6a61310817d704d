"""Measures detectors: each flower is judged by one that has not seen it (five parts in turn), beside as many outliers.

python outliers/quality.py          prints precision, recall and time of four detectors for four seeds
Outliers are made as in client/flowers.py: a length in millimetres, sepal and petal swapped, or any four numbers.
"""
import sys
import time
from pathlib import Path
from statistics import median

import numpy as np
from distance import Distance, fit
from sklearn.covariance import EllipticEnvelope
from sklearn.datasets import load_iris
from sklearn.ensemble import IsolationForest
from sklearn.model_selection import StratifiedKFold
from sklearn.neighbors import LocalOutlierFactor

sys.path.insert(0, str(Path(__file__).parents[1] / "client"))
from flowers import mistakes

SEEDS = (7, 11, 42, 2026)
MIN_PRECISION, MIN_RECALL = 0.95, 0.9


def chosen(rows, labels):
    distance = Distance(fit(rows, labels))
    return lambda asked: distance(asked) > 1


def of_sklearn(make):
    def trained(rows, labels):
        detector = make().fit(rows)
        return lambda asked: detector.predict(asked) == -1
    return trained


DETECTORS = {
    "distance by class": chosen,
    "IsolationForest": of_sklearn(lambda: IsolationForest(contamination=0.02, random_state=0)),
    "LocalOutlierFactor": of_sklearn(lambda: LocalOutlierFactor(novelty=True, contamination=0.02)),
    "EllipticEnvelope": of_sklearn(lambda: EllipticEnvelope(contamination=0.02, random_state=0)),
}


def quality(train, seed: int) -> tuple[float, float, float]:
    """Precision, recall and milliseconds for one row (median)."""
    rows, labels = load_iris(return_X_y=True)
    random = np.random.default_rng(seed)
    right = wrong = missed = 0
    times = []
    for known, new in StratifiedKFold(5, shuffle=True, random_state=seed).split(rows, labels):
        judge = train(rows[known], labels[known])
        strange = mistakes(random, len(new))
        found = int(judge(strange).sum())
        right, missed, wrong = right + found, missed + len(new) - found, wrong + int(judge(rows[new]).sum())
        for row in rows[new][:5]:
            started = time.perf_counter()
            judge(row[None])
            times.append((time.perf_counter() - started) * 1000)
    return right / max(1, right + wrong), right / (right + missed), median(times)


def table(detectors) -> bool:
    """Print a row for each detector; whether the chosen one is good enough for every seed."""
    print(f"{'':20}" + "".join(f"seed {seed:<15}" for seed in SEEDS) + "ms for a row")
    good = False
    for name, train in detectors.items():
        figures = [quality(train, seed) for seed in SEEDS]
        text = "".join(f"P {precision:.3f} R {recall:.3f}  " for precision, recall, _ in figures)
        print(f"{name:20}{text}{median(figure[2] for figure in figures):.2f}")
        if train is chosen:
            good = all(precision >= MIN_PRECISION and recall >= MIN_RECALL for precision, recall, _ in figures)
    return good


if __name__ == "__main__":
    sys.exit(0 if table(DETECTORS) else 1)
