"""Train an iris classifier and save it, with 30 typical flowers for the explainer to compare with, next to this file."""
import json
from pathlib import Path

import joblib
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression

features, species = load_iris(return_X_y=True)
model = LogisticRegression(max_iter=1000).fit(features, species)
joblib.dump(model, Path(__file__).with_name("model.joblib"))
Path(__file__).with_name("background.json").write_text(json.dumps(features[::5].tolist()))
print(f"the model names {model.score(features, species):.1%} of the flowers correctly")
print("saved model.joblib, and 30 flowers in background.json")
