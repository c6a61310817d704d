"""Step 1: the detector is fitted, and its precision and recall hold for four seeds."""
import os
import subprocess
import sys
from pathlib import Path

from lesson import expect

HOME = Path(os.environ["LESSON_DIR"])


def test_detector_and_model_are_there():
    """The detector's reference and the model are saved."""
    for name, command in (("reference.json", "fit.py"), ("model.joblib", "train.py")):
        path = HOME / "outliers" / name
        expect(path.exists(), f"the file outliers/{name}", "no such file", f"python outliers/{command}")


def test_precision_and_recall():
    """Precision is at least 0.95 and recall at least 0.9, for four seeds."""
    measured = subprocess.run(
        [sys.executable, "outliers/quality.py"], cwd=HOME, capture_output=True, text=True, timeout=240, check=False
    )
    print("".join(f"  {line}\n" for line in measured.stdout.splitlines()[:2]), end="")
    expect(
        measured.returncode == 0,
        "precision at least 0.95 and recall at least 0.9 for every seed",
        (measured.stdout.splitlines() or measured.stderr.splitlines() or ["nothing printed"])[1:2][0],
        'cp "$SCENARIO_DIR/assets/outliers/distance.py" outliers/',
    )
