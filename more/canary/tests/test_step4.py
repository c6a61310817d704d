"""Step 4, the exercise: version 3 is mended and runs where no user is yet. Each test is one stage."""

import json

from flowers_graph import classes_of
from lesson import expect, expect_hint, sdep
from serving import ask_service, expect_own
from sklearn.datasets import load_iris

NAMESPACE = "canary"
IRIS = load_iris()


def test_version_3_runs_beside_the_other():
    """The SeldonDeployment flowers-next is Available and runs the class V3."""
    hint = "write its manifest and apply it; the third hint on the page says how"
    found = expect_own("flowers-next", NAMESPACE, hint)
    expect_hint(
        list(classes_of(found).values()) == ["V3"], "one container, with the class V3", f"{classes_of(found)}",
        "name V3 in the args of the container",
    )


def test_image_has_a_version_of_its_own():
    """It has another image than flowers, which others run."""
    container = sdep("flowers-next", NAMESPACE)["spec"]["predictors"][0]["componentSpecs"][0]["spec"]["containers"][0]
    expect_hint(
        not container["image"].endswith(":0.1"), "an image with a version of its own, flowers:0.2", container["image"],
        "build and load flowers:0.2, and use it in the manifest",
    )


def test_every_flower_is_answered():
    """All 150 flowers are answered, at least 95 % of them right, each with its trust."""
    status, text = ask_service("flowers-next", NAMESPACE, {"data": {"ndarray": IRIS.data.tolist()}})
    expect_hint(
        status == 200, "HTTP 200 for 150 flowers", f"HTTP {status}: {text[:150]}",
        "TRUST in flowers/V3.py needs an entry for each width of a petal in whole centimetres: 0, 1 and 2",
    )
    answer = json.loads(text)
    named = [row[0] for row in answer["data"]["ndarray"]]
    right = sum(int(name) == kind for name, kind in zip(named, IRIS.target, strict=True)) / len(named)
    trust = answer["meta"].get("tags", {}).get("trust", [])
    expect_hint(right >= 0.95, "at least 95 % named right", f"{right:.0%}", "keep the model of version 2")
    expect_hint(len(trust) == 150, "the tag trust with 150 values", f"{len(trust)}", "keep the method tags")


def test_users_still_have_version_2():
    """The SeldonDeployment flowers runs version 2 alone."""
    found = sdep("flowers", NAMESPACE) or {"spec": {"predictors": [{"componentSpecs": [{"spec": {"containers": []}}]}]}}
    expect(
        list(classes_of(found).values()) == ["V2"], "flowers to run V2 alone", f"{classes_of(found)}",
        "python scripts/roll_out.py manifests/v2.yaml",
    )
