"""Step 3: what answers on the learner's port is this model, it is right, and it says so when a request is wrong."""
import joblib
import numpy as np
import pytest
import remedies
from iris import DEPLOY, MODEL, SPECIES, expect_port_leads_to_model, predict
from lesson import NAMESPACE, SDEP, expect, expect_operator
from serving import expect_available
from sklearn.datasets import load_iris


@pytest.fixture(scope="module")
def flowers() -> tuple[np.ndarray, np.ndarray]:
    return load_iris(return_X_y=True)


def test_operator_is_available():
    """The operator is running."""
    expect_operator()


def test_model_is_available():
    """The SeldonDeployment iris-model is Available."""
    expect_available(
        SDEP, NAMESPACE, DEPLOY, set_up=f"{remedies.create_namespace(NAMESPACE)} && {DEPLOY}", mend=remedies.GO_BACK
    )


def test_port_leads_to_this_model():
    """The port on this machine leads to the model in the cluster."""
    expect_port_leads_to_model()


def test_predictions_agree_with_local_model(flowers):
    """All 150 flowers get the answers that the model you trained gives."""
    features, species = flowers
    expect(MODEL.exists(), f"the trained model in {MODEL}", "no such file", remedies.TRAIN)
    answer = predict(features.tolist())
    expect(
        answer.status_code == 200,
        "HTTP 200 for 150 flowers",
        f"HTTP {answer.status_code}: {answer.text[:200]}",
        remedies.GO_BACK,
    )
    rows = answer.json()["data"]["ndarray"]
    local = joblib.load(MODEL).predict_proba(features)
    if any(isinstance(value, str) for value in np.ravel(rows).tolist()):
        # The exercise of the next step: names instead of probabilities, and just as right.
        named = [str(np.ravel(row)[0]) for row in rows]
        wrong = sum(name != SPECIES[best] for name, best in zip(named, local.argmax(axis=1), strict=True))
        expect(wrong == 0, "the names to agree with the local model", f"{wrong} of 150 differ", remedies.GO_BACK)
        return
    served = np.array(rows, dtype=float)
    expect(
        served.shape == local.shape and float(np.abs(served - local).max()) <= 1e-6,
        "the served probabilities to agree with the local model to 0.000001",
        f"answers of shape {served.shape}" if served.shape != local.shape
        else f"a difference of {np.abs(served - local).max():.6f}",
        remedies.GO_BACK,
    )
    accuracy = float((served.argmax(axis=1) == species).mean())
    expect(accuracy >= 0.95, "at least 95 % of the flowers named correctly", f"{accuracy:.0%}", remedies.GO_BACK)


def test_wrong_request_is_explained():
    """A flower with three measurements gets an error that says four are expected."""
    answer = predict([[5.1, 3.5, 1.4]])
    is_error = answer.status_code == 500 and answer.text.startswith("{")
    info = str(answer.json().get("status", {}).get("info", "")) if is_error else answer.text
    expect(
        is_error and "expecting 4 features" in info,
        "HTTP 500 with JSON that says that 4 features are expected",
        f"HTTP {answer.status_code}: {info[:200]}",
        remedies.GO_BACK,
    )
