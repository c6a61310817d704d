"""Step 1: the epsilon-greedy router stands before three models, and its answers say which way it chose."""
from lesson import expect
from serving import expect_available, predict

APPLY = "scripts/apply-when-ready.sh manifests/epsilon-greedy.yaml"
OPEN = "scripts/port-forward.sh epsilon-greedy-default bandit"


def test_epsilon_greedy_is_available():
    """The SeldonDeployment epsilon-greedy is Available."""
    expect_available("epsilon-greedy", "bandit", APPLY)


def test_answers_say_which_way():
    """The port leads to the router, and its answers say which model it chose."""
    meta = predict([[6.3, 3.3, 6.0, 2.5]], OPEN)["meta"]
    expect(
        meta.get("routing", {}).get("router") in (0, 1, 2),
        "an answer whose meta.routing says which branch the node router chose",
        f"meta is {meta}",
        f"{OPEN} && {APPLY}",
    )
