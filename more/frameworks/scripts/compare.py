"""Asks both models the same: all 150 flowers at once, then one flower 100 times.

Usage: python scripts/compare.py    It also writes how many flowers each named right to comparison.json.
"""
import json
import os
import statistics
import sys
import time
from pathlib import Path

import plot
import requests
from sklearn.datasets import load_iris

iris = load_iris()
PATH = "/v2/models/classifier/infer"


def request(rows):
    """An inference request with one tensor of numbers."""
    data = [float(number) for row in rows for number in row]
    return {"inputs": [{"name": "flowers", "shape": [len(rows), 4], "datatype": "FP64", "data": data}]}


def classes(url, rows):
    """The number of the class for each row."""
    answer = requests.post(url + PATH, json=request(rows), timeout=20)
    if answer.status_code != 200:
        sys.exit(f"{url} answers HTTP {answer.status_code}: {answer.text[:200]}")
    return answer.json()["outputs"][0]["data"]


def milliseconds(url, session):
    """How long one question takes."""
    began = time.perf_counter()
    session.post(url + PATH, json=request(iris.data[:1]), timeout=20).raise_for_status()
    return (time.perf_counter() - began) * 1000


bars, times = [], []
for name, url in (("scikit-learn", os.environ["SELDON_URL"]), ("XGBoost", os.environ["SECOND_URL"])):
    right = int((iris.target == classes(url, iris.data)).sum())
    bars.append((name, float(right), f"{right} of 150"))
    with requests.Session() as session:
        taken = [milliseconds(url, session) for _ in range(100)]
    times.append((name, statistics.median(taken), f"{statistics.median(taken):.1f} ms"))

Path("comparison.json").write_text(json.dumps({name: int(value) for name, value, _ in bars}))
print("flowers named right")
print(plot.bars(bars, top=150))
print("half of the answers took less than")
print(plot.bars(times, top=max(value for _, value, _ in times)))
