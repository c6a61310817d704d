"""Train the same question with two frameworks, and put each model file into the bucket. Runs in the cluster."""
from pathlib import Path
from urllib.request import Request, urlopen

import joblib
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from xgboost import XGBClassifier

BUCKET = "http://bucket:9000/models"

# Where the model goes, and how it is trained and written.
MODELS = {
    "sklearn/model.joblib": (LogisticRegression(max_iter=1000), joblib.dump),
    "xgboost/model.json": (XGBClassifier(n_estimators=50, max_depth=3), XGBClassifier.save_model),
}

features, classes = load_iris(return_X_y=True)
seen, unseen, right, asked = train_test_split(features, classes, test_size=50, random_state=1, stratify=classes)
for key, (model, save) in MODELS.items():
    model.fit(seen, right)
    path = Path("/tmp") / Path(key).name
    save(model, str(path))
    urlopen(Request(f"{BUCKET}/{key}", data=path.read_bytes(), method="PUT"), timeout=20).close()
    print(f"{key}: {model.score(unseen, asked):.0%} of 50 flowers that it had not seen, {path.stat().st_size:,} bytes")
