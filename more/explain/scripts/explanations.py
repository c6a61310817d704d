"""Asks the explainer why: one request, one explanation."""
import os
import sys

import requests


def explain(flower: list[float]) -> dict:
    """The explainer's data: measurements, classes, prediction, base and contributions. Ends the program on an error."""
    url = f"{os.environ['EXPLAIN_URL']}/api/v1.0/explain"
    try:
        answer = requests.post(url, json={"data": {"ndarray": [flower]}}, timeout=20)
    except requests.RequestException:
        sys.exit(f"Nothing answers on {url}: open the explainer's port again (step 2).")
    if answer.status_code != 200:
        sys.exit(f"The explainer answered {answer.status_code}: {answer.json().get('error', answer.text)}")
    return answer.json()["data"]
