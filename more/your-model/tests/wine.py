"""What the checks of this lesson share: the learner's folder, the data, and the contract in it."""

import json
import os
from pathlib import Path

import numpy as np
from lesson import expect_hint
from sklearn.datasets import load_wine

FOLDER = Path(os.environ["LESSON_DIR"], "wine")
WINE = load_wine()


def contract() -> dict:
    """The learner's contract; what is wrong with it is said."""
    path = FOLDER / "contract.json"
    expect_hint(path.exists(), "wine/contract.json", "no such file", "write it: step 2 shows the format")
    try:
        found = json.loads(path.read_text())
    except ValueError as error:
        expect_hint(False, "JSON in wine/contract.json", f"{error}", "look for a comma too many or a quote too few")
        raise
    shaped = isinstance(found, dict) and all(isinstance(found.get(key), list) for key in ("features", "targets"))
    expect_hint(shaped, "an object with the lists features and targets", str(found)[:80], "step 2 shows the format")
    for entry in [*found["features"], *found["targets"]]:
        complete = isinstance(entry, dict) and {"name", "dtype", "ftype", "range"} <= set(entry)
        expect_hint(complete, "name, dtype, ftype and range in each entry", f"{entry}", "complete this entry")
    return found


def columns(entries: list[dict]) -> int:
    """How many columns they describe: an entry can stand for several."""
    return sum(int(entry.get("repeat", 1)) for entry in entries)


def expect_probabilities(answers: np.ndarray, rows: int, found: dict) -> None:
    """As many rows as were sent, the targets' columns, and values in the targets' range that add up to one."""
    wanted = (rows, columns(found["targets"]))
    expect_hint(
        answers.shape == wanted,
        f"answers of shape {wanted}, as the contract's targets say",
        f"{answers.shape}",
        "let predict return predict_proba, or mend the targets",
    )
    low, high = found["targets"][0]["range"]
    inside = bool(((answers >= low) & (answers <= high)).all()) and bool(np.allclose(answers.sum(axis=1), 1, atol=1e-3))
    expect_hint(
        inside,
        f"probabilities from {low} to {high} that add up to 1 in each row",
        f"{answers[0].round(3)}",
        "let predict return predict_proba",
    )
