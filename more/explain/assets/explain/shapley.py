"""Shapley values: what each measurement contributes to a prediction, beside what is expected of any flower."""
from collections.abc import Callable
from itertools import combinations
from math import factorial

import numpy as np


def contributions(
    predict: Callable[[np.ndarray], np.ndarray], flower: np.ndarray, background: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Base of shape (classes,) and contributions of shape (measurements, classes); together they give the prediction.

    What the model says when only some measurements are known: they are put into every flower of the background,
    and the predictions are averaged. A measurement's contribution is how much its knowledge adds, averaged over all
    orders in which one can get to know them. All 2^n sets are asked for, so n has to be small.
    """
    count = len(flower)
    known = [set(some) for size in range(count + 1) for some in combinations(range(count), size)]
    rows = []
    for some in known:
        mixed = background.copy()
        mixed[:, sorted(some)] = flower[sorted(some)]
        rows.append(mixed)
    answers = predict(np.concatenate(rows)).reshape(len(known), len(background), -1).mean(axis=1)
    value = {frozenset(some): answer for some, answer in zip(known, answers)}

    result = np.zeros((count, answers.shape[1]))
    for one in range(count):
        for some in known:
            if one not in some:
                weight = factorial(len(some)) * factorial(count - len(some) - 1) / factorial(count)
                result[one] += weight * (value[frozenset(some | {one})] - value[frozenset(some)])
    return value[frozenset()], result
