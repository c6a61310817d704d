"""Step 2: a class and a contract that fit the data and each other."""

import json
import subprocess
import sys

import numpy as np
from lesson import expect_hint
from seldon_core.microservice_tester import generate_batch
from wine import FOLDER, WINE, columns, contract, expect_probabilities

# The class runs apart from the check, in its own folder, as the wrapper runs it.
ASK = """
import json, sys, numpy
sys.path.insert(0, ".")
from WineModel import WineModel
answers = WineModel().predict(numpy.array(json.load(sys.stdin)), [])
print("ANSWER" + json.dumps(numpy.asarray(answers, dtype=float).tolist()))
"""


def test_contract_fits_the_data():
    """The contract names the 13 measurements, in order, with ranges that hold the wines."""
    features = contract()["features"]
    names = [feature["name"] for feature in features]
    expect_hint(
        columns(features) == 13 and names == list(WINE.feature_names),
        "the 13 measurements of load_wine, in order",
        f"{columns(features)} columns: {', '.join(map(str, names))[:80]}",
        "`python scripts/show_wine.py` shows them",
    )
    for feature, low, high in zip(features, WINE.data.min(axis=0), WINE.data.max(axis=0), strict=True):
        bounds = feature["range"]
        holds = bounds[0] in ("inf", "-inf") or bounds[0] <= low + 0.05 * abs(low)
        holds = holds and (bounds[1] == "inf" or bounds[1] >= high - 0.05 * abs(high))
        expect_hint(
            holds, f"a range of {feature['name']} that holds {low:g} to {high:g}", f"{bounds}", "widen the range"
        )
    expect_hint(
        columns(contract()["targets"]) == 3,
        "three target columns, one for each grower",
        f"{columns(contract()['targets'])}",
        'use  "repeat": 3',
    )


def test_class_keeps_the_contract():
    """WineModel answers wines made up from the contract as its targets say."""
    expect_hint((FOLDER / "WineModel.py").exists(), "wine/WineModel.py", "no such file", "write the class")
    rows = generate_batch(contract(), 20, "features")
    result = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", ASK],
        input=json.dumps(rows.tolist()),
        cwd=FOLDER,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    lines = [line for line in result.stdout.splitlines() if line.startswith("ANSWER")]
    reason = result.stderr.strip().splitlines()[-1] if result.stderr.strip() else f"status {result.returncode}"
    expect_hint(bool(lines), "an answer from WineModel().predict", reason, "mend wine/WineModel.py")
    expect_probabilities(np.array(json.loads(lines[-1].removeprefix("ANSWER"))), len(rows), contract())
