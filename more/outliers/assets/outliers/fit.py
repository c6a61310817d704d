"""Fits the detector to the Iris data and saves it as reference.json. For a model of your own, give a CSV file:

python outliers/fit.py rows.csv       (a header; the columns in the model's order; the class in the last one)
"""
import sys
from pathlib import Path

import numpy as np
from distance import fit, save
from sklearn.datasets import load_iris


def main() -> None:
    if len(sys.argv) > 1:
        table = np.genfromtxt(sys.argv[1], delimiter=",", skip_header=1, dtype=str)
        rows, labels = table[:, :-1].astype(float), table[:, -1]
    else:
        rows, labels = load_iris(return_X_y=True)
    path = Path(__file__).with_name("reference.json")
    save(fit(rows, labels), path)
    print(f"{len(rows)} rows, {rows.shape[1]} columns, {len(np.unique(labels))} classes: saved as {path.name}")


if __name__ == "__main__":
    main()
