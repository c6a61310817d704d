"""Does the latest part of a stream have the distribution of the reference data? One Kolmogorov-Smirnov test for each column.

The largest gap between the two empirical distributions, over the gap that pure chance exceeds with the probability
LIMIT / columns: above 1 is an alarm. Dividing by the columns (Bonferroni) keeps four tests from alarming four times as often.
"""
from collections import deque
from math import log, sqrt

import numpy as np
from scipy import stats

WINDOW = 100
EVERY = 10
LIMIT = 1e-4


class Comparison:
    """Takes rows one by one; `ratios` holds gap over allowed gap by column once WINDOW rows have come."""

    def __init__(self, reference: np.ndarray) -> None:
        self._reference = reference
        columns = reference.shape[1]
        parts = (len(reference) + WINDOW) / (len(reference) * WINDOW)
        self._allowed = sqrt(-log(LIMIT / columns / 2) / 2 * parts)
        self._window: deque[np.ndarray] = deque(maxlen=WINDOW)
        self.rows = 0
        self.ratios: list[float] = []

    @property
    def alarm(self) -> bool:
        return any(ratio > 1 for ratio in self.ratios)

    def add(self, row: np.ndarray) -> None:
        """One row of the stream; every EVERY rows, the window is compared."""
        self._window.append(row)
        self.rows += 1
        if len(self._window) == WINDOW and self.rows % EVERY == 0:
            window = np.array(self._window)
            self.ratios = [
                float(stats.ks_2samp(self._reference[:, column], window[:, column], method="asymp").statistic) / self._allowed
                for column in range(window.shape[1])
            ]
