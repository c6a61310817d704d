"""Your users: sends random flowers, and a reward of 1 for each that was named right, 0 for a wrong one.

Usage: python scripts/traffic.py [REQUESTS]     (200 when no number is given)
"""
import random
import sys

import requests
from model_port import ModelPort
from sklearn.datasets import load_iris


def send(count: int) -> tuple[int, int]:
    """How many requests were answered right, and how many with an error."""
    port = ModelPort("flowers", "canary")
    iris = load_iris()
    right = errors = 0
    with requests.Session() as session:
        for _ in range(count):
            number = random.randrange(len(iris.data))
            request = {"data": {"ndarray": [iris.data[number].tolist()]}}
            try:
                asked = session.post(port.url, json=request, timeout=10)
            except requests.ConnectionError:
                port.silent()
            if asked.status_code != 200:
                errors += 1
                continue
            answer = port.accept(asked.json())
            reward = float(answer["data"]["ndarray"][0][0] == iris.target[number])
            right += int(reward)
            feedback = {"request": request, "response": answer, "reward": reward}
            session.post(f"{port.base}/api/v1.0/feedback", json=feedback, timeout=10).raise_for_status()
    return right, errors


if __name__ == "__main__":
    asked = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    right, errors = send(asked)
    print(f"{asked} flowers sent: {right} named right, {asked - right - errors} wrong, {errors} answered with an error")
