"""Ask the deployed model about three flowers over plain HTTP."""
import os
import sys

import requests

flowers = [
    [5.1, 3.5, 1.4, 0.2],
    [6.4, 3.2, 4.5, 1.5],
    [6.3, 3.3, 6.0, 2.5],
]
url = os.environ["SELDON_URL"] + "/api/v1.0/predictions"
try:
    reply = requests.post(url, json={"data": {"ndarray": flowers}}, timeout=10)
except requests.ConnectionError:
    sys.exit(f"Nothing answers on {url}: open the port with  scripts/port-forward.sh")
if reply.status_code != 200 or "iris-classifier" not in reply.text:
    sys.exit(f"That is not an answer of the Iris model (HTTP {reply.status_code}): {reply.text[:200]}")

data = reply.json()["data"]
for flower, answer in zip(flowers, data["ndarray"]):
    if "setosa" in data["names"]:
        best = max(range(3), key=lambda i: answer[i])
        print(f"{flower} is {data['names'][best]} with probability {answer[best]:.3f}")
    else:  # the model of the exercise, whose rows are names or hold one
        print(f"{flower} is {answer if isinstance(answer, str) else answer[0]}")
