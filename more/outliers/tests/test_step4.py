"""Step 4, the exercise: a detector that refuses outliers. Each test is one stage.

What is an outlier, the detector of step 2 says; both are asked about many ordinary flowers, so that no alert fires.
"""

import json
import os
import re
import sys

import numpy as np
from lesson import expect, expect_hint
from serving import ask_service, expect_available, expect_own, pod_text

sys.path.insert(0, os.path.join(os.environ["LESSON_DIR"], "client"))

NAMESPACE = "outliers"
OWN = "strict"
APPLY = "scripts/apply-when-ready.sh manifests/iris.yaml"
SEED, STRANGE, ORDINARY = 4, 30, 10
CALLS = re.compile(r'^seldon_api_executor_client_requests_seconds_count\{.*model_name="classifier".*\} (\S+)$', re.M)


def rows() -> tuple[np.ndarray, np.ndarray]:
    """Ordinary flowers and outliers, as the detector of iris-model tags them."""
    from flowers import FEATURES, mistakes

    asked = np.vstack([np.tile(FEATURES, (ORDINARY, 1)), mistakes(np.random.default_rng(SEED), STRANGE)])
    status, text = ask_service("iris-model", NAMESPACE, {"data": {"ndarray": asked.tolist()}})
    tags = json.loads(text)["meta"].get("tags", {}).get("outlier") if status == 200 else None
    answered = isinstance(tags, list) and len(tags) == len(asked)
    expect(answered, "iris-model to tag each row, as in step 2", f"HTTP {status}: {text[:150]}", APPLY)
    strange = np.array(tags, dtype=bool)
    return asked[~strange], asked[strange]


def ask(asked: np.ndarray) -> tuple[int, str]:
    return ask_service(OWN, NAMESPACE, {"data": {"ndarray": asked.tolist()}})


def calls_of_the_model() -> float:
    return sum(map(float, CALLS.findall(pod_text(OWN, NAMESPACE, 8000, "prometheus"))))


def test_strict_is_available():
    """The SeldonDeployment strict is Available, and iris-model still is."""
    expect_own(OWN, NAMESPACE, "write its manifest and apply it; the third hint on the page says how")
    expect_available("iris-model", NAMESPACE, APPLY)


def test_ordinary_requests_are_answered():
    """Ordinary flowers are answered, as by iris-model."""
    ordinary, _ = rows()
    status, text = ask(ordinary)
    expect_hint(
        status == 200 and len(json.loads(text)["data"]["ndarray"]) == len(ordinary),
        f"HTTP 200 and an answer for each of {len(ordinary)} ordinary flowers", f"HTTP {status}: {text[:150]}",
        "refuse only what has an outlier in it: found is 0 here",
    )


def test_outliers_are_refused():
    """Every request with an outlier in it is refused with HTTP 400."""
    _, strange = rows()
    answered = [row for row in strange if ask(row[None])[0] != 400]
    expect_hint(
        not answered, f"HTTP 400 for each of {len(strange)} outliers",
        f"{len(answered)} got something else, for example {answered[0].tolist()}" if answered else "",
        "let judge in outliers/detector.py return 400 when found is not 0; it is the image outliers:0.2 that counts",
    )


def test_caller_is_told_why():
    """The error says which row is an outlier, and the model was not asked."""
    ordinary, strange = rows()
    before = calls_of_the_model()
    status, text = ask(np.vstack([ordinary[:2], strange[:1], ordinary[2:4], strange[1:2]]))
    try:
        info = str(json.loads(text)["status"]["info"])
    except (ValueError, KeyError, TypeError):
        info = ""
    expect_hint(
        status == 400 and "outlier" in info.lower() and re.search(r"\b3\b", info) is not None,
        "an info with the word outlier and the number 3, when the third row of six is the first one",
        f"HTTP {status}: {text[:150]}", "put a sentence into the info of the error; rows are counted from 1",
    )
    asked = calls_of_the_model() - before
    expect_hint(asked == 0, "a model that is not asked about it", f"it was asked {asked:.0f} times",
                "refuse in the transformer, which stands before the model")
