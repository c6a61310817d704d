"""Sends all 150 flowers, and compares the answers with those of the model on your disk.

Usage: python scripts/compare.py
"""
import sys

import joblib
import numpy as np
import plot
import requests
from model_port import ModelPort
from sklearn.datasets import load_iris

iris = load_iris()
port = ModelPort("iris", "prepackaged-server")
try:
    answer = requests.post(port.url, json={"data": {"ndarray": iris.data.tolist()}}, timeout=20)
except requests.ConnectionError:
    port.silent()
if answer.status_code != 200:
    sys.exit(f"HTTP {answer.status_code}: {answer.text[:200]}")
served = np.array(port.accept(answer.json())["data"]["ndarray"])
local = joblib.load("model/model.joblib").predict_proba(iris.data)

apart = np.abs(served - local).max()
print(f"greatest difference between served and local: {apart:.2g}")
print("flowers named right")
right = served.argmax(axis=1) == iris.target
counts = [(str(name), int(right[iris.target == number].sum())) for number, name in enumerate(iris.target_names)]
print(plot.bars([(name, float(count), f"{count} of 50") for name, count in counts], top=50))
