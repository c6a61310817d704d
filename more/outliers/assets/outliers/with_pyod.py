"""Measures detectors of PyOD beside the chosen one, in the same way as quality.py.

scripts/in-own-python.sh outliers/pyod.txt outliers/with_pyod.py
"""
import warnings

import pyod
import quality
from pyod.models.ecod import ECOD
from pyod.models.iforest import IForest
from pyod.models.knn import KNN
from pyod.models.lof import LOF
from pyod.models.mcd import MCD


def of_pyod(make):
    def trained(rows, labels):
        detector = make().fit(rows)
        return lambda asked: detector.predict(asked) == 1
    return trained


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    kinds = {"KNN": KNN, "LOF": LOF, "MCD": MCD, "ECOD": ECOD, "IForest": IForest}
    beside = {f"PyOD {name}": of_pyod(lambda kind=kind: kind(contamination=0.02)) for name, kind in kinds.items()}
    quality.table({"distance by class": quality.chosen, **beside})
    print(f"PyOD {pyod.__version__}")
