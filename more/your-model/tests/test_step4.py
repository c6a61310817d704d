"""Step 4, the exercise: what is no wine is refused. Each test is one stage."""

import json

import numpy as np
import remedies
from lesson import expect, expect_hint, sdep
from serving import ask_service, expect_available
from wine import WINE, contract, expect_probabilities

NAMESPACE = "your-model"
DEPLOY = "build and load wine:0.2, name it in your manifest, and apply that; the third hint on the page says how"


def ask(rows: np.ndarray) -> tuple[int, str]:
    return ask_service("wine", NAMESPACE, {"data": {"ndarray": rows.tolist()}})


def impossible() -> list[tuple[str, np.ndarray]]:
    """For each end of each range: the measurement's name, and a wine with only that one beyond it."""
    found = []
    for number, feature in enumerate(contract()["features"]):
        low, high = (float(end) for end in feature["range"])  # "inf" is a float, too
        for beyond in (low - (abs(low) + 1), high + 10 * (abs(high) + 1)):
            if np.isfinite(beyond):
                row = WINE.data[len(found) % len(WINE.data)].copy()
                row[number] = beyond
                found.append((str(feature["name"]), row))
    return found


def test_wine_has_a_version_of_its_own():
    """The SeldonDeployment wine is Available, and runs another image than that of step 3."""
    wait = remedies.wait_for_sdep("wine", NAMESPACE)
    expect_hint(sdep("wine", NAMESPACE) is not None, "the SeldonDeployment wine", "none", "finish step 3 first")
    found = expect_available("wine", NAMESPACE, wait)
    image = found["spec"]["predictors"][0]["componentSpecs"][0]["spec"]["containers"][0].get("image", "")
    expect_hint(not image.endswith(":0.1"), "an image with a version of its own, wine:0.2", image, DEPLOY)


def test_wines_are_answered():
    """All real wines are answered, at least 90 % of them right."""
    status, text = ask(WINE.data)
    expect_hint(
        status == 200, f"HTTP 200 for the {len(WINE.data)} wines", f"HTTP {status}: {text[:150]}",
        "refuse only what is outside of the range; widen a range in wine/contract.json that does not hold your wines",
    )
    answers = np.array(json.loads(text)["data"]["ndarray"], dtype=float)
    expect_probabilities(answers, len(WINE.data), contract())
    right = float((answers.argmax(axis=1) == WINE.target).mean())
    expect_hint(right >= 0.9, "at least 90 % named right", f"{right:.0%}", "keep the model of step 1")


def test_impossible_wines_are_refused():
    """A wine with any one measurement beyond its range is refused with HTTP 400."""
    rows = impossible()
    expect_hint(bool(rows), "a range with an end in the contract", "none", "give each measurement a range that ends")
    wrong = [(name, ask(row[None])[0]) for name, row in rows]
    wrong = [(name, status) for name, status in wrong if status != 400]
    expect_hint(
        not wrong, f"HTTP 400 for each of {len(rows)} impossible wines",
        "; ".join(f"HTTP {status} for an impossible {name}" for name, status in wrong[:3]),
        "look at each column of each row, at both ends; the first hint on the page says how to refuse",
    )


def test_error_names_the_measurement():
    """The error names the measurement, also when only the last of three wines is impossible."""
    for name, row in impossible()[::5]:
        status, text = ask(np.vstack([WINE.data[:2], row]))
        expect_hint(
            status == 400 and name in text, f"HTTP 400 with {name} in the error", f"HTTP {status}: {text[:150]}",
            "put the feature's name into the text of the exception",
        )


def test_no_measurement_is_missing():
    """A wine with two measurements still gets an error."""
    status, text = ask(WINE.data[:1, :2])
    log = f"kubectl logs -n {NAMESPACE} -l seldon-deployment-id=wine --tail=20"
    expect(status >= 400, "an error for a wine with two measurements", f"HTTP {status}: {text[:150]}", log)
