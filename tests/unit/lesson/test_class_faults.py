"""A class that cannot be read or loaded is told by its file and line."""

import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[3] / "scripts"))
from class_faults import failed_import, unreadable


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "train.py").write_text("x = 1\n")
    return folder


def test_syntax_error(folder: Path) -> None:
    (folder / "IrisModel.py").write_text("class IrisModel:\n    def predict(self, X:\n        return X\n")
    assert unreadable(folder).startswith(f"{folder}/IrisModel.py, line 2: ")


def test_what_can_be_read(folder: Path) -> None:
    assert unreadable(folder) == ""


def traceback_of(folder: Path, code: str) -> str:
    """What a build writes: the traceback of a real import, between the engine's own lines."""
    (folder / "IrisModel.py").write_text(code)
    command = [sys.executable, "-c", "import IrisModel; IrisModel.IrisModel()"]
    said = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False).stderr
    return f"STEP 6/7: RUN --mount=type=secret,id=x python -c ...\n{said}Error: building: exit status 1\n"


def test_import_that_fails(folder: Path) -> None:
    log = traceback_of(folder, "import joblibb\n")
    assert failed_import(folder, log) == (
        f"{folder}/IrisModel.py, line 1: ModuleNotFoundError: No module named 'joblibb'"
    )


def test_error_far_from_the_class_is_told_at_the_class(folder: Path) -> None:
    log = traceback_of(folder, "import json\n\n\nclass IrisModel:\n    def __init__(self):\n        json.loads('{')\n")
    assert failed_import(folder, log).startswith(f"{folder}/IrisModel.py, line 6: json.decoder.JSONDecodeError")


def test_build_that_fails_for_another_reason(folder: Path) -> None:
    assert failed_import(folder, "ERROR: No matching distribution found for scikit-learn==9\n") == ""
