"""The routers of the bandit lesson find the best of its three models within a thousand rewards."""

import importlib.util
import random
from pathlib import Path
from typing import Any

import pytest

CLASSES = Path(__file__).parents[3] / "more" / "bandit" / "assets" / "bandit"
# What sepal-width, petals and sepal-length get right of the 150 flowers.
RATES = (0.553, 0.960, 0.747)
BEST = 1
REWARDS = 1000


def router(name: str) -> Any:
    spec = importlib.util.spec_from_file_location(name, CLASSES / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return getattr(module, name)(arms=len(RATES))


def share_of_best(name: str, seed: int) -> float:
    """Share of the best arm among all choices of a fresh router; the routers draw from the module random."""
    random.seed(seed)
    learner = router(name)
    world = random.Random(1000 + seed)
    best = 0
    for _ in range(REWARDS):
        arm = learner.route([[0.0]])
        best += arm == BEST
        learner.send_feedback(None, None, float(world.random() < RATES[arm]), None, routing=arm)
    return best / REWARDS


@pytest.mark.parametrize("name", ["EpsilonGreedy", "ThompsonSampling"])
def test_best_arm_gets_four_fifths_in_19_of_20_seeds(name: str) -> None:
    shares = [share_of_best(name, seed) for seed in range(20)]
    assert sum(share >= 0.8 for share in shares) >= 19, sorted(shares)[:3]
