"""What the explainer says of any flower."""

import os
import runpy
import sys

import joblib
import numpy as np

sys.path.insert(0, os.path.abspath("explain"))


def find() -> list[float]:
    runpy.run_path("explain/train.py")
    import explainer

    model = joblib.load("explain/model.joblib")
    explainer.ask = lambda host, rows: (["setosa", "versicolor", "virginica"], model.predict_proba(np.array(rows)))
    return [round(value, 2) for value in explainer.explain("", [6.3, 3.3, 6.0, 2.5])["data"]["base"]]
