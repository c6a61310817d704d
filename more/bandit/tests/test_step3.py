"""Step 3: the Thompson-sampling router has learned too, and both results can be compared."""
import json
import os
from pathlib import Path

from lesson import expect
from ports import expect_port_leads_to
from serving import expect_available, predict

OPEN = "scripts/port-forward.sh thompson-default bandit"
RESULTS = Path(os.environ["LESSON_DIR"], "results")
ASKED = 100


def test_thompson_is_available():
    """The SeldonDeployment thompson is Available."""
    expect_available("thompson", "bandit", "kubectl apply -f manifests/thompson.yaml")


def test_port_leads_to_thompson_and_it_prefers_petals():
    """The port leads to the Thompson-sampling router, and at least 90 of 100 requests go to petals."""
    expect_port_leads_to("thompson-default", "bandit", OPEN)
    answers = [predict([[6.3, 3.3, 6.0, 2.5]], OPEN)["meta"] for _ in range(ASKED)]
    petals = sum("petals" in meta["requestPath"] for meta in answers)
    expect(
        petals >= 0.9 * ASKED,
        f"at least 90 of {ASKED} requests to go to petals",
        f"{petals} of {ASKED}",
        f"{OPEN} && python scripts/learn.py thompson",
    )


def test_both_have_results():
    """Both routers have had their thousand rewards."""
    for name in ("epsilon-greedy", "thompson"):
        path = RESULTS / f"{name}.json"
        rounds = len(json.loads(path.read_text())) if path.exists() else 0
        expect(
            rounds >= 500,
            f"at least 500 rounds in results/{name}.json",
            f"{rounds}",
            f"scripts/port-forward.sh {name}-default bandit && python scripts/learn.py {name}",
        )
