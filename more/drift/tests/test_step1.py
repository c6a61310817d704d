"""Step 1: the model and its reference are saved, and the comparison keeps still and sees a change soon."""
import os
import subprocess
import sys
from pathlib import Path

from lesson import expect

HOME = Path(os.environ["LESSON_DIR"])


def test_model_and_reference_are_there():
    """The model and the reference are saved."""
    for name in ("model.joblib", "reference.csv"):
        expect((HOME / "drift" / name).exists(), f"drift/{name}", "no such file", "python drift/train.py iris")


def test_comparison_is_good():
    """No alarm on 10 streams without drift, an alarm within 200 requests on 10 shifted ones."""
    measured = subprocess.run(
        [sys.executable, "drift/quality.py"], cwd=HOME, capture_output=True, text=True, timeout=240, check=False
    )
    print("".join(f"  ({line})\n" for line in measured.stdout.splitlines()), end="")
    expect(
        measured.returncode == 0,
        "no false alarm, and every shifted stream noticed within 200 requests",
        " ".join(measured.stdout.split()) or measured.stderr[-200:],
        'cp "$SCENARIO_DIR/assets/drift/comparison.py" drift/',
    )
