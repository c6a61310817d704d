"""Trains as the image's build did, and compares what scikit-learn and the deployed model say of all 150 flowers.

What it finds is kept in comparison.json.

Usage: python scripts/compare.py
"""
import json
import sys
from pathlib import Path

import numpy as np
import requests
from model_port import ModelPort
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split

port = ModelPort("iris", "java")
flowers, classes = load_iris(return_X_y=True)
seen, _, right, _ = train_test_split(flowers, classes, test_size=50, random_state=1, stratify=classes)
python = LogisticRegression(max_iter=1000).fit(seen, right).predict_proba(flowers)
try:
    answer = requests.post(port.url, json={"data": {"ndarray": flowers.tolist()}}, timeout=20)
except requests.RequestException:
    port.silent()
if answer.status_code != 200:
    sys.exit(f"{port.url} answers HTTP {answer.status_code}: {answer.text[:200]}")
java = np.array(port.accept(answer.json())["data"]["ndarray"])

same = int((python.argmax(axis=1) == java.argmax(axis=1)).sum())
print(f"the same class for {same} of 150 flowers")
difference = float(np.abs(python - java).max())
print(f"the largest difference of a probability: {difference:.0e}")
Path("comparison.json").write_text(json.dumps({"same": same, "difference": difference}))
