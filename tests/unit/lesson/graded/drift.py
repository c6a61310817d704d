"""Which of five streams, one after the other, end with an alarm."""

import os
import sys

import numpy as np
from sklearn.datasets import load_iris

sys.path[:0] = [os.path.abspath("drift"), os.path.join(os.environ["MORE"], "drift", "tests")]


def find() -> list[bool]:
    from comparison import Comparison
    from streams import flowers, with_probes

    comparison = Comparison((load_iris().data * 1.15).round(1))
    alarms = []
    for rows in (
        with_probes(flowers("greenhouse", 41)),
        flowers("greenhouse", 42),
        with_probes(flowers("iris", 43)),
        flowers("greenhouse", 44),
        flowers("greenhouse", 45),
    ):
        for row in np.asarray(rows):
            comparison.add(row)
        alarms.append(comparison.alarm)
    return alarms
