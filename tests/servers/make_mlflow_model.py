"""Two MLflow models of the Iris flowers: `python make_mlflow_model.py FOLDER`. Runs in the interpreter with MLflow.

FOLDER/plain takes an array; FOLDER/signed says in its signature that it takes four named columns.
"""

import sys
from pathlib import Path

import mlflow.sklearn
from mlflow.models import infer_signature
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression

folder = Path(sys.argv[1])
for name, as_frame in (("plain", False), ("signed", True)):
    flowers, species = load_iris(return_X_y=True, as_frame=as_frame)
    model = LogisticRegression(max_iter=1000).fit(flowers, species)
    signature = infer_signature(flowers, model.predict(flowers)) if as_frame else None
    mlflow.sklearn.save_model(model, folder / name, signature=signature)
