"""Asks the explainer why: one request, one explanation."""
import os
import sys

import requests


def explainer_url() -> str:
    """EXPLAIN_URL, or the port after the model's."""
    host, port = os.environ["SELDON_URL"].rsplit(":", 1)
    return os.environ.get("EXPLAIN_URL", f"{host}:{int(port) + 1}")


def explain(flower: list[float]) -> dict:
    """The explainer's data: measurements, classes, prediction, base and contributions. Ends the program on an error."""
    url = f"{explainer_url()}/api/v1.0/explain"
    try:
        answer = requests.post(url, json={"data": {"ndarray": [flower]}}, timeout=20)
    except requests.RequestException:
        sys.exit(f"Nothing answers on {url}: open the explainer's port again (step 2).")
    if answer.status_code != 200:
        sys.exit(f"The explainer answered {answer.status_code}: {answer.json().get('error', answer.text)}")
    return answer.json()["data"]
