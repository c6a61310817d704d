"""Step 4, the exercise: a router that forgets the past. Each test is one stage."""

import json

from lesson import expect, expect_hint
from serving import ask_service, expect_own

NAMESPACE = "bandit"
FLOWER = {"data": {"ndarray": [[6.3, 3.3, 6.0, 2.5]]}}
GOOD, BAD = 150, 120


def feedback(arm, reward):
    """The router's tags after one reward for a child."""
    body = {"request": FLOWER, "response": {"meta": {"routing": {"router": arm}}}, "reward": reward}
    status, text = ask_service("forgetful", NAMESPACE, body, path="/api/v1.0/feedback")
    log = f"kubectl logs -n {NAMESPACE} -l seldon-deployment-id=forgetful -c router --tail=20"
    expect(status == 200, "HTTP 200 for a reward", f"HTTP {status}: {text[:150]}", log)
    return json.loads(text)["meta"].get("tags", {})


def test_third_router_is_available():
    """The SeldonDeployment forgetful is Available, and its answers say which way they came."""
    expect_own("forgetful", NAMESPACE, "write its manifest and apply it; the third hint on the page says how")
    status, text = ask_service("forgetful", NAMESPACE, FLOWER)
    routing = json.loads(text).get("meta", {}).get("routing", {}) if status == 200 else {}
    expect_hint(
        routing.get("router") in (0, 1, 2), "an answer with the branch that the node router chose",
        f"HTTP {status}: {text[:150]}", "keep the names and the environment of manifests/epsilon-greedy.yaml",
    )


def test_it_notices_when_a_model_gets_worse():
    """After 150 good answers and 120 bad ones, its mean for that model is near 0."""
    for _ in range(GOOD):
        tags = feedback(1, 1.0)
    expect_hint(
        len(tags.get("means", [])) == 3 and tags["means"][1] > 0.9, "a mean near 1 for the second child after"
        f" {GOOD} rewards of 1", f"{tags}", "keep the tags tries and means, and follow the rewards",
    )
    for _ in range(BAD):
        tags = feedback(1, 0.0)
    expect_hint(
        tags["means"][1] < 0.2, f"a mean below 0.2 after {BAD} rewards of 0", f"{tags['means'][1]:.2f}: it remembers",
        "let the step not get smaller for ever; the first hint on the page says where",
    )


def test_one_bad_answer_is_no_panic():
    """One bad answer moves its mean by a twentieth at most."""
    for _ in range(GOOD):
        before = feedback(1, 1.0)["means"][1]
    after = feedback(1, 0.0)["means"][1]
    expect_hint(
        before - after <= 0.05, "a step of 0.05 at most", f"{before:.2f} became {after:.2f}",
        "follow the last fifty rewards, not the last one",
    )
