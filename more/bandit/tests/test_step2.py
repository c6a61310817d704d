"""Step 2: the epsilon-greedy router has learned that petals is the best model."""
import pytest
from lesson import expect
from serving import expect_available, predict

OPEN = "scripts/port-forward.sh epsilon-greedy-default bandit"
APPLY = "scripts/apply-when-ready.sh manifests/epsilon-greedy.yaml"
FLOWER = [6.3, 3.3, 6.0, 2.5]
ASKED = 100


@pytest.fixture(scope="module")
def router():
    return expect_available("epsilon-greedy", "bandit", APPLY)


def test_router_prefers_petals(router):
    """At least 80 of 100 requests go to petals, the best model."""
    # Asking teaches the router nothing: only feedback does.
    answers = [predict([FLOWER], OPEN)["meta"] for _ in range(ASKED)]
    petals = sum("petals" in meta["requestPath"] for meta in answers)
    expect(
        petals >= 0.8 * ASKED,
        f"at least 80 of {ASKED} requests to go to petals",
        f"{petals} of {ASKED}",
        "python scripts/learn.py epsilon-greedy",
    )
    arms = {meta["routing"]["router"] for meta in answers if "petals" in meta["requestPath"]}
    expect(arms == {1}, "petals to be the child number 1", f"{arms}", APPLY)
