"""Step 1: version 1 answers alone, and users have been at it."""
from flowers_graph import classes_of, feedbacks, ratio
from lesson import expect
from serving import expect_available, predict

OPEN = "run  scripts/port-forward.sh flowers-default canary  and check again"
APPLY = "run step 1's  scripts/apply-when-ready.sh manifests/v1.yaml"


def test_version_1_runs_alone():
    """The SeldonDeployment flowers is Available and runs version 1 alone."""
    found = expect_available("flowers", "canary", APPLY)
    expect(classes_of(found) == {"stable": "V1"}, "stable: V1, and no split", f"{classes_of(found)}", APPLY)
    expect(ratio(found) is None, "a graph without a split", f"a split with ratioA {ratio(found)}", APPLY)


def test_port_leads_to_it():
    """The port on this machine leads to it."""
    meta = predict([[5.1, 3.5, 1.4, 0.2]], OPEN)["meta"]
    expect(set(meta["requestPath"]) == {"stable"}, "an answer of the node stable", f"{meta}", OPEN)


def test_users_were_here():
    """Users have sent requests, and rewards."""
    count = feedbacks()
    expect(count >= 100, "at least 100 rewards at the model", f"{count:.0f}", "run  python scripts/traffic.py")
