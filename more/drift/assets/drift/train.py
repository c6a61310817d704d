"""Trains the model and saves what it learned from as the detector's reference: model.joblib and reference.csv.

python drift/train.py iris          the 150 flowers of the Iris data
python drift/train.py greenhouse    150 flowers of the new summer, measured and named by hand: all lengths are 15 % more
"""
import sys
from pathlib import Path

import joblib
import numpy as np
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression

HERE = Path(__file__).parent
COLUMNS = "sepal_length,sepal_width,petal_length,petal_width"


def main() -> None:
    if len(sys.argv) != 2 or sys.argv[1] not in ("iris", "greenhouse"):
        sys.exit("usage: python drift/train.py iris|greenhouse")
    rows, species = load_iris(return_X_y=True)
    grown = (rows * 1.15).round(1)
    known = grown if sys.argv[1] == "greenhouse" else rows
    model = LogisticRegression(max_iter=1000).fit(known, species)
    joblib.dump(model, HERE / "model.joblib")
    np.savetxt(HERE / "reference.csv", known, fmt="%.1f", delimiter=",", header=COLUMNS, comments="")
    print(f"trained on {sys.argv[1]}: right for {model.score(rows, species):.1%} of the Iris flowers,")
    print(f"and for {model.score(grown, species):.1%} of the flowers of the new summer")


if __name__ == "__main__":
    main()
