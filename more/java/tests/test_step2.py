"""Step 2: the Java component is deployed, and keeps its contract."""
import json
import os
from pathlib import Path

import numpy as np
from lesson import expect
from seldon_core.microservice_tester import generate_batch
from serving import expect_available, post

APPLY = "scripts/apply-when-ready.sh manifests/iris.yaml"
OPEN = "scripts/port-forward.sh iris-default java"
CLASSES = ["setosa", "versicolor", "virginica"]


def test_deployment_is_available():
    """The SeldonDeployment iris is Available and runs the Java image."""
    found = expect_available("iris", "java", APPLY)
    containers = found["spec"]["predictors"][0]["componentSpecs"][0]["spec"]["containers"]
    images = [container.get("image", "") for container in containers]
    runs = any("/java-iris:" in image for image in images)
    expect(runs, "the image localhost/java-iris:0.1", ", ".join(images), APPLY)


def test_contract_is_kept():
    """Fifty flowers made up from the contract get probabilities of three classes."""
    contract = json.loads(Path(os.environ["LESSON_DIR"], "java", "contract.json").read_text())
    rows = generate_batch(contract, 50, "features")
    answer = post("/api/v1.0/predictions", {"data": {"ndarray": rows.tolist()}}, OPEN)
    expect(answer.status_code == 200, "HTTP 200", f"HTTP {answer.status_code}: {answer.text[:150]}", OPEN)
    data = answer.json()["data"]
    expect(data["names"] == CLASSES, f"the names {', '.join(CLASSES)}", f"{data['names']}", OPEN)
    found = np.array(data["ndarray"], dtype=float)
    expect(found.shape == (50, 3) and np.allclose(found.sum(axis=1), 1, atol=1e-4),
           "50 rows of three probabilities that add up to 1", f"{found.shape[0]} rows, the first one {found[0]}", OPEN)
