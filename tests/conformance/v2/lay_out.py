"""Lays out /mnt of the recordings' image for protocol v2 in a folder. Usage: python lay_out.py FOLDER

models/ is what MLServer serves by itself, scaler/ the transformer, pvc/iris/ what is in the claim. The model is made of
the numbers that the recorded one has, because another processor would stop its training at other digits.
"""

import json
import shutil
import sys
from pathlib import Path

import joblib
import numpy
from sklearn.linear_model import LogisticRegression

COEFFICIENTS = [
    [-0.4202393623085341, 0.9669305754541493, -2.5189441518421303, -1.0845946635272785],
    [0.5318694562929808, -0.3152688109384452, -0.20410551989878054, -0.942761805224685],
    [-0.11163009398441948, -0.6516617645156972, 2.7230496717408657, 2.027356468751971],
]
INTERCEPTS = [9.841688983194262, 2.2245059615684, -12.066194944762128]


def iris() -> LogisticRegression:
    model = LogisticRegression(max_iter=1000)
    model.coef_, model.intercept_ = numpy.array(COEFFICIENTS), numpy.array(INTERCEPTS)
    model.classes_, model.n_features_in_ = numpy.arange(3), 4
    return model


def main(root: Path) -> None:
    served = {
        "models": {
            "name": "classifier",
            "implementation": "mlserver_sklearn.SKLearnModel",
            "parameters": {"uri": "./model.joblib", "version": "v0.1.0"},
        },
        "scaler": {"name": "scaler", "implementation": "scaler.Scaler"},
    }
    for name, settings in served.items():
        (root / name).mkdir(parents=True, exist_ok=True)
        (root / name / "model-settings.json").write_text(json.dumps(settings))
    shutil.copy(Path(__file__).with_name("scaler.py"), root / "scaler")
    (root / "pvc/iris").mkdir(parents=True, exist_ok=True)
    for folder in ("models", "pvc/iris"):
        joblib.dump(iris(), root / folder / "model.joblib")


main(Path(sys.argv[1]))
