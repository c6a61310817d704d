"""Ask the deployed model about three flowers over plain HTTP."""
import os

import requests

flowers = [
    [5.1, 3.5, 1.4, 0.2],
    [6.4, 3.2, 4.5, 1.5],
    [6.3, 3.3, 6.0, 2.5],
]
url = os.environ["SELDON_URL"] + "/api/v1.0/predictions"
reply = requests.post(url, json={"data": {"ndarray": flowers}}, timeout=10)
reply.raise_for_status()

data = reply.json()["data"]
for flower, probabilities in zip(flowers, data["ndarray"]):
    best = max(range(3), key=lambda i: probabilities[i])
    print(f"{flower} is {data['names'][best]} with probability {probabilities[best]:.3f}")
