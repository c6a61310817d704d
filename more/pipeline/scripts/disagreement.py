"""Sends every iris in inches, and draws how far the two models disagreed about it.

Usage: python scripts/disagreement.py
"""
import sys

import plot
import requests
from model_port import ModelPort
from sklearn.datasets import load_iris

NO_COMBINER = "The combiner is not in the graph.\nTo do:    python scripts/roll_out.py manifests/pipeline.yaml"
STEPS = (0.02, 0.05, 0.1, 0.25, 1.0)


def main() -> None:
    iris = load_iris()
    port = ModelPort("pipeline", "pipeline")
    tags: list[float] = []
    with requests.Session() as session:
        for row in iris.data / 2.54:
            try:
                asked = session.post(port.url, json={"data": {"ndarray": [row.tolist()]}}, timeout=10)
            except requests.ConnectionError:
                port.silent()
            if asked.status_code != 200:
                port.refuse(f"HTTP {asked.status_code}: {asked.text[:200]}")
            found = port.accept(asked.json())["meta"].get("tags", {})
            if "disagreement" not in found:
                sys.exit(NO_COMBINER)
            tags.append(found["disagreement"])

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
