"""Step 3: the deployed model keeps its contract, knows the wines, and refuses what is no wine."""

import numpy as np
from lesson import expect_hint, sdep
from look import manifest, node_images
from seldon_core.microservice_tester import generate_batch
from serving import expect_available, post, predict
from wine import FOLDER, WINE, contract, expect_probabilities

OPEN = "scripts/port-forward.sh wine-default your-model"


def deploy_command():
    """The command that applies the learner's manifest, which has to be written first, as has the Dockerfile."""
    built = any(name.startswith("wine:") for name in node_images())
    expect_hint(
        built or (FOLDER / "Dockerfile").exists(), "wine/Dockerfile", "no such file",
        "write it; the first hint on the page says how",
    )
    file = manifest("wine", "your-model")
    expect_hint(
        bool(file) or sdep("wine", "your-model") is not None,
        "a file in the folder manifests that describes the SeldonDeployment wine", "none",
        "write manifests/wine.yaml; the second hint on the page says how",
    )
    return f"scripts/apply-when-ready.sh {file} && scripts/wait-for.sh sdep/wine -n your-model"


def test_wine_is_available():
    """The SeldonDeployment wine is Available and runs your image."""
    found = expect_available("wine", "your-model", deploy_command())
    containers = found["spec"]["predictors"][0]["componentSpecs"][0]["spec"]["containers"]
    images = [container.get("image", "") for container in containers]
    expect_hint(
        any("/wine:" in image for image in images), "the image localhost/wine:0.1", ", ".join(images),
        "write  image: localhost/wine:0.1  in your manifest, and apply it again",
    )


def test_it_keeps_its_contract():
    """Wines made up from your contract are answered as your contract says."""
    rows = generate_batch(contract(), 50, "features")
    answer = predict(rows.tolist(), OPEN)
    expect_probabilities(np.array(answer["data"]["ndarray"], dtype=float), 50, contract())


def test_it_knows_the_wines():
    """At least 90 % of the real wines are named right."""
    answers = np.array(predict(WINE.data.tolist(), OPEN)["data"]["ndarray"], dtype=float)
    right = float((answers.argmax(axis=1) == WINE.target).mean())
    expect_hint(right >= 0.9, "at least 90 % named right", f"{right:.0%}", "deploy the model of step 1")


def test_wrong_number_of_measurements_is_an_error():
    """A wine with two measurements gets an error, not an answer."""
    answer = post("/api/v1.0/predictions", {"data": {"ndarray": [[13.0, 2.0]]}}, OPEN)
    expect_hint(
        answer.status_code >= 400, "an error status", f"HTTP {answer.status_code}", "do not fill in what is missing"
    )
