"""Step 3: 30 flowers have been explained and drawn, and what is on disk is what the explainer says."""
import json
import os
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import numpy as np
from lesson import expect
from serving import expect_available
from why import expected

RESULTS = Path(os.environ["LESSON_DIR"], "results")
RUN = "python scripts/overview.py"


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
