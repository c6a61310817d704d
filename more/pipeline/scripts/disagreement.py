"""Sends every iris in inches, and draws how far the two models disagreed about it.

Usage: python scripts/disagreement.py
"""
import os

import plot
import requests
from sklearn.datasets import load_iris

STEPS = (0.02, 0.05, 0.1, 0.25, 1.0)


def main() -> None:
    iris = load_iris()
    url = os.environ["SELDON_URL"] + "/api/v1.0/predictions"
    tags: list[float] = []
    with requests.Session() as session:
        for row in iris.data / 2.54:
            answer = session.post(url, json={"data": {"ndarray": [row.tolist()]}}, timeout=10)
            answer.raise_for_status()
            tags.append(answer.json()["meta"]["tags"]["disagreement"])

    print(f"{len(tags)} flowers by how far linear and neighbours were apart")
    rows = []
    low = 0.0
    for high in STEPS:
        count = sum(low <= tag < high or tag == high == 1.0 for tag in tags)
        rows.append((f"{low:.2f} to {high:.2f}", float(count), str(count)))
        low = high
    print(plot.bars(rows))
    print()
    print("mean disagreement by species")
    means = [
        (name, sum(tag for tag, kind in zip(tags, iris.target, strict=True) if kind == number) / 50)
        for number, name in enumerate(iris.target_names)
    ]
    print(plot.bars([(str(name), mean, f"{mean:.3f}") for name, mean in means]))


if __name__ == "__main__":
    main()
