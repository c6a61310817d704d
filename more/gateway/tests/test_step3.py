"""Step 3: everything goes to version 1 again, and both versions still run."""
from edge import canary_had_all, expect_route, expect_shares
from lesson import expect, model_pods
from serving import expect_available

DEPLOY = "scripts/apply-when-ready.sh manifests/flowers.yaml"
BACK = "python scripts/shift.py 100 0"


def test_main_has_all_the_weight_again():
    """The route gives main everything, after the canary had it."""
    expect_available("flowers", "gateway", DEPLOY)
    route, weights = expect_route()
    expect(weights["flowers-canary"] == 0 and weights["flowers-main"] > 0, "weight 0 for canary", f"{weights}", BACK)
    noted = route["metadata"].get("annotations", {}).get("shift/weights", "none")
    expect(
        canary_had_all(route),
        "the canary to have had all the weight before, in the annotation shift/weights of the route",
        f"the weights there, as main:canary: {noted}",
        f"python scripts/shift.py 0 100 && {BACK}",
    )


def test_version_1_answers_all():
    """Version 1 answers all of 100 requests."""
    expect_shares(expect_route()[1], 100)


def test_the_canary_still_runs():
    """The canary's pod is still there, for those who ask for it."""
    pods = [pod.metadata.name for pod in model_pods("flowers", "gateway") if "canary" in pod.metadata.name]
    expect(bool(pods), "a pod of the predictor canary", "none",
           f"{DEPLOY} && scripts/wait-for.sh sdep/flowers -n gateway")
