"""Step 4, the exercise: an explainer with another background. Each test is one stage."""

import json

import numpy as np
from lesson import expect, expect_hint
from serving import ask_service, expect_available, expect_own, expect_running
from why import FOLDER, expected

NAMESPACE = "explain"
OWN = "pair"
FLOWERS = ([6.3, 3.3, 6.0, 2.5], [4.9, 2.5, 4.5, 1.7], [5.1, 3.5, 1.4, 0.2])
WRITE = "write its manifest and apply it; the third hint on the page says how"


def explain(flower: list[float]) -> dict:
    """What the learner's explainer says of a flower; its arrays are NumPy's."""
    body = {"data": {"ndarray": [flower]}}
    status, text = ask_service(
        OWN, NAMESPACE, body, predictor="default-explainer", port=9000, path="/api/v1.0/explain"
    )
    log = f"kubectl logs -n {NAMESPACE} deployment/{OWN}-default-explainer --tail=20"
    expect(status == 200, f"HTTP 200 from the explainer of {OWN}", f"HTTP {status}: {text[:150]}", log)
    data = json.loads(text)["data"]
    parts = np.array(list(data["contributions"].values()))
    return {"base": np.array(data["base"]), "prediction": np.array(data["prediction"]), "parts": parts}


def test_pair_has_an_explainer():
    """The SeldonDeployment pair is Available, with an explainer, and iris still is."""
    found = expect_own(OWN, NAMESPACE, WRITE)
    services = found["status"].get("serviceStatus", {})
    explained = services.get(f"{OWN}-default-explainer", {}).get("explainerFor")
    expect_hint(
        explained == f"{OWN}-default", f"an explainer for {OWN}-default in the status of {OWN}", ", ".join(services),
        "keep the explainer of manifests/iris.yaml, and the name default of the predictor",
    )
    expect_running(f"{OWN}-default-explainer", NAMESPACE, f"kubectl get sdep {OWN} -n {NAMESPACE}")
    expect_available("iris", NAMESPACE, "scripts/apply-when-ready.sh manifests/iris.yaml")


def test_background_of_iris_is_as_it_was():
    """The file background.json still has flowers of all species."""
    rows = np.array(json.loads((FOLDER / "background.json").read_text()))
    again = 'cp "$SCENARIO_DIR/assets/explain/train.py" explain/ && python explain/train.py'
    small = int((rows[:, 2] < 2.5).sum())
    expect(small == 10 and len(rows) == 30, "30 flowers in background.json, 10 of them setosas", f"{small}", again)


def test_it_compares_without_setosas():
    """What it says of any flower is virginica or versicolor, each about half."""
    base = explain(FLOWERS[0])["base"]
    species = ("setosa", "versicolor", "virginica")
    said = ", ".join(f"{name} {value:.2f}" for name, value in zip(species, base, strict=False))
    expect_hint(
        len(base) == 3 and base[0] < 0.02, "a base without setosas", said,
        "leave the setosas out of BACKGROUND in explain/explainer.py; it is the image of the explainer that counts",
    )
    expect_hint(
        0.3 < base[1] < 0.7, "a base of about half versicolor and half virginica", said,
        "keep the flowers of both other species in the background",
    )


def test_contributions_lead_to_the_prediction():
    """For three flowers, base and contributions add up to what the model on your disk says."""
    for flower in FLOWERS:
        why, local = explain(flower), expected(flower)[0]
        total = why["base"] + why["parts"].sum(axis=0)
        expect_hint(
            np.allclose(why["prediction"], local, atol=1e-6) and np.allclose(total, local, atol=1e-6),
            f"contributions for {flower} that lead from the base to the model's {local.round(3)}", f"{total.round(3)}",
            "keep the model and shapley.py; only the background is another one",
        )


def test_petals_have_less_to_explain():
    """Its contributions are other ones than those of iris: there is no setosa to tell apart."""
    flower = FLOWERS[0]
    apart = float(np.abs(explain(flower)["parts"] - expected(flower)[2]).max())
    expect_hint(apart > 0.01, "other contributions than beside all species", "the same", WRITE)
