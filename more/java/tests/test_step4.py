"""Step 4, the exercise: what cannot be a flower is refused. Each test is one stage."""

import json
import re

import numpy as np
from lesson import expect_hint, sdep
from serving import ask_service, expect_available
from sklearn.datasets import load_iris

NAMESPACE = "java"
IRIS = load_iris()
DEPLOY = "build and load java-iris:0.2, name it in manifests/iris.yaml, and apply that; the third hint says how"


def ask(rows: list[list[float]]) -> tuple[int, str]:
    return ask_service("iris", NAMESPACE, {"data": {"ndarray": rows}})


def told(text: str) -> str:
    """What an error says to the caller."""
    try:
        return str(json.loads(text)["status"]["info"])
    except (ValueError, KeyError, TypeError):
        return ""


def test_iris_has_a_version_of_its_own():
    """The SeldonDeployment iris is Available, and runs another image than that of step 1."""
    expect_hint(sdep("iris", NAMESPACE) is not None, "the SeldonDeployment iris", "none", "finish step 2 first")
    found = expect_available("iris", NAMESPACE, "scripts/apply-when-ready.sh manifests/iris.yaml")
    image = found["spec"]["predictors"][0]["componentSpecs"][0]["spec"]["containers"][0].get("image", "")
    expect_hint(not image.endswith(":0.1"), "an image with a version of its own, java-iris:0.2", image, DEPLOY)


def test_flowers_are_answered():
    """All 150 flowers are answered, at least 95 % of them right; so is a flower with a 0."""
    for rows, right in ((IRIS.data.tolist(), IRIS.target), ([[5.1, 3.5, 1.4, 0.0]], [0])):
        status, text = ask(rows)
        expect_hint(status == 200, f"HTTP 200 for {len(rows)} flowers", f"HTTP {status}: {text[:150]}",
                    "refuse only numbers below 0")
        named = np.array(json.loads(text)["data"]["ndarray"], dtype=float).argmax(axis=1)
        share = float((named == right).mean())
        expect_hint(share >= 0.95, "at least 95 % named right", f"{share:.0%}", "keep the model as it is")


def test_numbers_below_zero_are_refused():
    """A number below 0 in any column is refused with HTTP 400."""
    for column in range(4):
        row = [5.1, 3.5, 1.4, 0.2]
        row[column] = -0.1
        status, text = ask([row])
        expect_hint(
            status == 400, f"HTTP 400 for the flower {row}", f"HTTP {status}: {text[:150]}",
            "throw a BadRequest in predict for any number below 0; the second hint on the page says where",
        )


def test_error_names_the_row():
    """The error names the row, counted from 1."""
    for row in (1, 7, 12):
        rows = IRIS.data[:12].tolist()
        rows[row - 1][2] = -6.5
        status, text = ask(rows)
        numbers = re.findall(r"(?<![\d.-])\d+(?!\d|\.\d)", told(text))
        expect_hint(
            status == 400 and str(row) in numbers, f"HTTP 400 with {row} in its info, when that row has a -6.5",
            f"HTTP {status}: {text[:150]}", "put the number of the row into the sentence; the first row is 1",
        )
