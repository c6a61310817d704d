"""Step 3: 30 flowers have been explained and drawn, and what is on disk is what the explainer says."""
import json
import os
import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import numpy as np
from lesson import expect
from serving import expect_available
from sklearn.datasets import load_iris
from why import contributions_by, expected, model

RESULTS = Path(os.environ["LESSON_DIR"], "results")
RUN = "python scripts/overview.py"
NAMES = ["sepal length", "sepal width", "petal length", "petal width"]


def test_iris_is_available():
    """The SeldonDeployment iris is Available."""
    expect_available("iris", "explain", "scripts/apply-when-ready.sh manifests/iris.yaml")


def test_flowers_are_explained():
    """30 explanations are kept, and they are those of your model."""
    path = RESULTS / "contributions.json"
    expect(path.exists(), "results/contributions.json", "no such file", RUN)
    whys = json.loads(path.read_text())
    expect(len(whys) == 30, "30 explanations", f"{len(whys)}", RUN)
    for why in whys[::10]:
        parts = np.array(list(why["contributions"].values()))
        expect(np.allclose(parts, expected(why["instance"])[2], atol=1e-6), "contributions of your model",
               f"others for {why['instance']}", RUN)


def test_picture_is_drawn():
    """The picture has a dot for each flower and measurement."""
    path = RESULTS / "contributions.svg"
    expect(path.exists(), "results/contributions.svg", "no such file", RUN)
    dots = sum(element.tag.endswith("circle") for element in ElementTree.parse(path).iter())
    expect(dots == 120, "120 dots", f"{dots}", RUN)


def test_shap_agrees():
    """The library shap gives the same contributions as your explainer, and both are those of your model."""
    path, run = RESULTS / "shap.json", "scripts/in-own-python.sh explain/shap.txt explain/with_shap.py"
    expect(path.exists(), "results/shap.json", "no such file", run)
    found = json.loads(path.read_text())
    for one in found["flowers"]:
        ours, theirs = np.array(list(one["ours"].values())), np.array(one["shap"])
        apart = float(np.abs(ours - theirs).max())
        expect(apart < 1e-6, f"the same contributions for {one['flower']}", f"{apart:.1e} apart", run)
        wanted = contributions_by(one["flower"], np.array(found["background"]))
        expect(bool(np.allclose(theirs, wanted, atol=1e-6)), "those of your model", f"others for {one['flower']}", run)


def test_anchors_hold():
    """The anchors by alibi hold: the model says the same of the flowers in the data that fit the rule."""
    path, run = RESULTS / "anchors.json", "scripts/in-own-python.sh explain/alibi.txt explain/with_alibi.py"
    expect(path.exists(), "results/anchors.json", "no such file", run)
    for one in json.loads(path.read_text()):
        share = holds(one["flower"], one["anchor"])
        rule = " and ".join(one["anchor"])
        expect(share >= 0.9, f"the same answer for nearly all flowers with {rule}", f"{share:.0%}", run)


def holds(flower: list[float], anchor: list[str]) -> float:
    """Of the flowers in the data that fit a rule such as 4.35 < petal length <= 5.10: the share with its species."""
    rows, fits = load_iris().data, np.ones(150, dtype=bool)
    for part in anchor:
        low, name, sign, high = re.fullmatch(r"(?:([\d.]+) < )?([a-z ]+) (<=|>) ([\d.]+)", part).groups()
        column = rows[:, NAMES.index(name)]
        fits &= column <= float(high) if sign == "<=" else column > float(high)
        fits &= column > float(low) if low else True
    answers = model().predict(rows)
    return float((answers[fits] == model().predict([flower])[0]).mean()) if fits.any() else 0.0
