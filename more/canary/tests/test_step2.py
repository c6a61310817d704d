"""Step 2: version 2 has been promoted: it answers alone, and it is as good as it should be."""
from flowers_graph import classes_of, ratio
from lesson import expect
from serving import expect_available, predict
from sklearn.datasets import load_iris

OPEN = "scripts/reopen-port.sh flowers-default canary"
PROMOTE = "python scripts/roll_out.py manifests/v2.yaml"
CANARY = (
    """sed -i.mine 's/value: "0.[0-9]*"/value: "{}"/' manifests/v2-canary.yaml"""
    " && python scripts/roll_out.py manifests/v2-canary.yaml"
)
IN_STEPS = f"{CANARY.format(0.9)} && {CANARY.format(0.5)} && {PROMOTE}"


def test_version_2_came_in_steps():
    """Version 2 had a tenth of the requests first, then half of them."""
    # Each change of the graph is a generation: version 1, a canary with a tenth, one with half, version 2 alone.
    changes = expect_available("flowers", "canary", PROMOTE)["metadata"]["generation"] - 1
    expect(
        changes >= 3,
        "version 2 to get a tenth of the requests, then half of them, then all: three changes of flowers",
        f"{changes} so far",
        IN_STEPS,
    )


def test_version_2_runs_alone():
    """The SeldonDeployment flowers is Available and runs version 2 alone."""
    found = expect_available("flowers", "canary", PROMOTE)
    expect(
        classes_of(found) == {"stable": "V2"} and ratio(found) is None,
        "stable: V2, and no split",
        f"{classes_of(found)}, " + ("no split" if ratio(found) is None else f"ratioA {ratio(found)}"),
        PROMOTE,
    )


def test_answers_are_those_of_version_2():
    """Of all 150 flowers, at least 95 % are named right."""
    features, species = load_iris(return_X_y=True)
    named = predict(features.tolist(), OPEN)["data"]["ndarray"]
    right = sum(row[0] == kind for row, kind in zip(named, species, strict=True)) / len(species)
    expect(right >= 0.95, "at least 95 % named right", f"{right:.0%}: that is not version 2", f"{PROMOTE} && {OPEN}")
