"""Step 2: both ports are open, and the explainer tells what the model on the learner's disk would."""
import numpy as np
from lesson import expect
from serving import expect_available, post, predict
from why import EXPLAIN_URL, expected

OPEN = (
    "scripts/port-forward.sh iris-default explain && scripts/port-forward.sh iris-default-explainer explain"
    f" {EXPLAIN_URL.rsplit(':', 1)[1]} 9000 /v1/models/classifier"
)
REBUILD = (
    "scripts/build-image.sh explain:0.1 explain && scripts/load-image.sh explain:0.1"
    " && kubectl delete pods -n explain --all && scripts/wait-for.sh sdep/iris -n explain"
)
FLOWERS = ([6.3, 3.3, 6.0, 2.5], [4.9, 2.5, 4.5, 1.7], [5.1, 3.5, 1.4, 0.2])


def test_iris_is_available():
    """The SeldonDeployment iris is Available."""
    expect_available("iris", "explain", "scripts/apply-when-ready.sh manifests/iris.yaml")


def test_model_answers_on_its_port():
    """The model answers on its port."""
    for flower in FLOWERS:
        served = predict([flower], OPEN)["data"]["ndarray"][0]
        local = expected(flower)[0]
        apart = float(np.abs(np.array(served, dtype=float) - local).max())
        expect(apart < 1e-6, "the probabilities of the model on your disk", f"{apart:.4f} apart", REBUILD)


def test_contributions_are_right():
    """The explainer's contributions lead from its base to the prediction, and are those of your model."""
    for flower in FLOWERS:
        answer = post("/api/v1.0/explain", {"data": {"ndarray": [flower]}}, OPEN, url=EXPLAIN_URL)
        expect(answer.status_code == 200, "HTTP 200 from the explainer", f"HTTP {answer.status_code}", OPEN)
        data = answer.json()["data"]
        parts = np.array(list(data["contributions"].values()))
        local, base, wanted = expected(flower)
        total = np.array(data["base"]) + parts.sum(axis=0)
        expect(np.allclose(total, local, atol=1e-6), "base and contributions to add up to the prediction",
               f"{total.round(4)} instead of {local.round(4)}", REBUILD)
        expect(np.allclose(parts, wanted, atol=1e-6) and np.allclose(data["base"], base, atol=1e-6),
               "the contributions computed from your model", f"others for {flower}", REBUILD)


def test_bad_flower_is_refused():
    """A flower with three measurements gets a sentence, not a crash."""
    answer = post("/api/v1.0/explain", {"data": {"ndarray": [[1.0, 2.0, 3.0]]}}, OPEN, url=EXPLAIN_URL)
    expect(answer.status_code == 400 and "4 measurements" in answer.text, "HTTP 400 that asks for 4 measurements",
           f"HTTP {answer.status_code}: {answer.text[:100]}", REBUILD)
