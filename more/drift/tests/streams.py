"""What the check of the exercise sends: flowers, each followed by the question of scripts/inject_faults.py."""
import os
import sys

import numpy as np

sys.path.insert(0, os.path.join(os.environ["LESSON_DIR"], "client"))

PROBE = np.array([1.0, 2.0, 3.0, 4.0])
ROWS = 200  # the lesson promises an alarm within so many


def flowers(stream: str, seed: int) -> np.ndarray:
    """So many flowers of a stream of client/flowers.py, shape (ROWS, 4)."""
    from flowers import STREAMS

    return STREAMS[stream](np.random.default_rng(seed), ROWS)


def with_probes(rows: np.ndarray) -> np.ndarray:
    """The same rows, each followed by the probe, shape (2 n, 4)."""
    return np.stack([rows, np.broadcast_to(PROBE, rows.shape)], axis=1).reshape(-1, rows.shape[1])
