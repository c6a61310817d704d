"""Measures ADWIN of the library river beside the comparison, on the same streams.

scripts/in-own-python.sh drift/river.txt drift/with_river.py
"""
import time

import numpy as np
import quality
import river
from river.drift import ADWIN
from sklearn.datasets import load_iris


def first_alarm(rows: np.ndarray) -> int | None:
    """One ADWIN for each measurement; each has seen the reference, in any order, before the stream begins."""
    reference = np.random.default_rng(0).permutation(load_iris().data)
    detectors = [ADWIN() for _ in range(reference.shape[1])]
    for number, row in enumerate([*reference, *rows], start=1 - len(reference)):
        for detector, value in zip(detectors, row, strict=True):
            detector.update(float(value))
        if number > 0 and any(detector.drift_detected for detector in detectors):
            return number
    return None


if __name__ == "__main__":
    for name, judge in {"the comparison": quality.first_alarm, f"ADWIN of river {river.__version__}": first_alarm}.items():
        started = time.monotonic()
        print(name)
        quality.measure(judge)
        print(f"measured in {time.monotonic() - started:.0f} s")
