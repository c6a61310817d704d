"""Step 1: version 1 answers alone, and users have been at it."""
from flowers_graph import classes_of, feedbacks, is_newer, ratio
from lesson import expect
from serving import expect_available, predict

OPEN = "scripts/port-forward.sh flowers-default canary"
APPLY = "scripts/apply-when-ready.sh manifests/v1.yaml"


def test_version_1_runs_alone():
    """The SeldonDeployment flowers is Available; before anything newer, it runs version 1 alone."""
    found = expect_available("flowers", "canary", APPLY)
    first = classes_of(found) == {"stable": "V1"} and ratio(found) is None
    expect(first or is_newer(found), "stable: V1, and no split", f"{classes_of(found)}", APPLY)


def test_port_leads_to_it():
    """The port on this machine leads to it."""
    meta = predict([[5.1, 3.5, 1.4, 0.2]], OPEN)["meta"]
    one = set(meta["requestPath"]) in ({"stable"}, {"canary"})
    expect(one, "an answer of one version of the flowers", f"{meta}", OPEN)


def test_users_were_here():
    """Users have sent requests, and rewards."""
    if is_newer(expect_available("flowers", "canary", APPLY)):
        return  # The counters went with the pod that counted.
    count = feedbacks()
    expect(count >= 100, "at least 100 rewards at the model", f"{count:.0f}", "python scripts/traffic.py")
