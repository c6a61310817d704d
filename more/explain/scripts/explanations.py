"""Asks the explainer why: one request, one explanation."""
import os
import sys

import requests

READY = "/v1/models/classifier"

def explain(flower: list[float]) -> dict:
    """The explainer's data: measurements, classes, prediction, base and contributions. Ends the program on an error."""
    url = f"{os.environ['EXPLAIN_URL']}/api/v1.0/explain"
    try:
        answer = requests.post(url, json={"data": {"ndarray": [flower]}}, timeout=20)
    except requests.RequestException:
        port = os.environ["EXPLAIN_URL"].rsplit(":", 1)[1]
        again = f"scripts/port-forward.sh iris-default-explainer explain {port} 9000 {READY}"
        sys.exit(f"Nothing answers on {url}.\nTo do:    {again}")
    if answer.status_code != 200:
        sys.exit(f"The explainer answered {answer.status_code}: {answer.text[:200]}")
    return answer.json()["data"]
