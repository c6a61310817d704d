"""Asks all three models the same: all 150 flowers at once, then one flower 100 times.

Usage: python scripts/compare.py    It also writes how many flowers each named right to comparison.json.
"""
import json
import os
import statistics
import sys
import time
from pathlib import Path

import numpy as np
import plot
import requests
from sklearn.datasets import load_iris

iris = load_iris()


class OpenInference:
    """The Open Inference Protocol: a tensor with its numbers in a row, and the class as the answer."""

    path = "/v2/models/classifier/infer"

    @staticmethod
    def request(rows):
        data = [float(number) for row in rows for number in row]
        return {"inputs": [{"name": "flowers", "shape": [len(rows), 4], "datatype": "FP64", "data": data}]}

    @staticmethod
    def classes(answer):
        return answer["outputs"][0]["data"]


class TensorFlowServing:
    """TensorFlow Serving's protocol: rows of numbers, and a probability for each class as the answer."""

    path = "/v1/models/classifier:predict"

    @staticmethod
    def request(rows):
        return {"instances": rows.tolist()}

    @staticmethod
    def classes(answer):
        return np.argmax(answer["predictions"], axis=1)


MODELS = {
    "scikit-learn": (OpenInference, os.environ["SELDON_URL"]),
    "XGBoost": (OpenInference, os.environ["SECOND_URL"]),
    "TensorFlow": (TensorFlowServing, os.environ["THIRD_URL"]),
}


def ask(protocol, url, rows, session=requests):
    """The answer to some flowers."""
    answer = session.post(url + protocol.path, json=protocol.request(rows), timeout=20)
    if answer.status_code != 200:
        sys.exit(f"{url} answers HTTP {answer.status_code}: {answer.text[:200]}")
    return answer.json()


def milliseconds(protocol, url, session):
    """How long one question takes."""
    began = time.perf_counter()
    ask(protocol, url, iris.data[:1], session)
    return (time.perf_counter() - began) * 1000


bars, times = [], []
for name, (protocol, url) in MODELS.items():
    right = int((iris.target == protocol.classes(ask(protocol, url, iris.data))).sum())
    bars.append((name, float(right), f"{right} of 150"))
    with requests.Session() as session:
        taken = [milliseconds(protocol, url, session) for _ in range(100)]
    times.append((name, statistics.median(taken), f"{statistics.median(taken):.1f} ms"))

Path("comparison.json").write_text(json.dumps({name: int(value) for name, value, _ in bars}))
print("flowers named right")
print(plot.bars(bars, top=150))
print("half of the answers took less than")
print(plot.bars(times, top=max(value for _, value, _ in times)))
