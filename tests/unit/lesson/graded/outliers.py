"""Status and error for an ordinary flower, and for it and an outlier."""

import json
import os
import sys

from sklearn.datasets import load_iris

sys.path.insert(0, os.path.abspath("outliers"))
ORDINARY, STRANGE = [5.1, 3.5, 1.4, 0.2], [6.3, 3.3, 51, 1.5]


def find() -> list[list[object]]:
    from detector import judge
    from distance import Distance, fit

    distance = Distance(fit(*load_iris(return_X_y=True)))
    found = []
    for rows in ([ORDINARY], [ORDINARY, STRANGE]):
        status, body = judge(json.dumps({"data": {"ndarray": rows}}).encode(), distance, "outliers", "")
        found.append([status, json.loads(body).get("status", {}).get("info", "")])
    return found
