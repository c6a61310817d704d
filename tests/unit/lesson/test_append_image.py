"""Images that are made without a container engine: what scripts/append_image.py takes from a lesson's Dockerfile."""

import io
import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

REPO = Path(__file__).parents[3]
SCRIPT = REPO / "scripts" / "append_image.py"
MODEL = REPO / "assets" / "model"
sys.path.insert(0, str(SCRIPT.parent))
append_image = __import__("append_image")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A learner's folder with the lesson's model, as it is once the model was trained."""
    for name in ("Dockerfile", "IrisModel.py", "requirements.txt"):
        (tmp_path / name).write_bytes((MODEL / name).read_bytes())
    (tmp_path / "model.joblib").write_bytes(b"trained")
    return tmp_path


def base(folder: Path) -> str:
    return str(append_image.name_of_base(folder, append_image.read(folder)))


def test_the_base_is_the_dockerfile_up_to_the_learners_own_files() -> None:
    recipe = append_image.read(MODEL)
    assert "pip install" in recipe.base
    assert "IrisModel" not in recipe.base
    assert [word for word, _ in recipe.rest] == ["COPY", "RUN", "CMD"]


def test_what_the_learner_changes_keeps_the_base_and_other_packages_need_another(folder: Path) -> None:
    before = base(folder)
    assert before == base(MODEL)
    (folder / "IrisModel.py").write_text("class IrisModel: pass\n")
    assert base(folder) == before
    (folder / "requirements.txt").write_text("seldon-core==1.17.1\nxgboost\n")
    assert base(folder) != before


def test_the_layer_holds_the_files_where_the_program_runs_and_is_the_same_again(folder: Path) -> None:
    made = append_image.layer(folder, ["IrisModel.py", "model.joblib"], "/app")
    os.utime(folder / "model.joblib", (1, 1))
    assert append_image.layer(folder, ["IrisModel.py", "model.joblib"], "/app") == made
    with tarfile.open(fileobj=io.BytesIO(made)) as tar:
        assert tar.getnames() == ["app/IrisModel.py", "app/model.joblib"]


@pytest.mark.parametrize(
    ("line", "said"),
    [("RUN apt-get install git", "cannot do this of"), ("COPY . .", "cannot do this of"),
     ("CMD python", "cannot do this of"), ("COPY --from=other /x .", "cannot do this of"),
     ("RUN python -c 'raise ValueError'", "tries after COPY has failed")],
)  # fmt: skip
def test_what_it_cannot_do_is_said_before_anything_is_sent(folder: Path, line: str, said: str) -> None:
    # Without the lesson's own trial, which needs its packages.
    lines = [one for one in (folder / "Dockerfile").read_text().splitlines() if not one.startswith("RUN python")]
    (folder / "Dockerfile").write_text("\n".join([*lines, line]) + "\n")
    told = os.environ | {"LESSON_PUSH_TO": "127.0.0.1:9/learner-anna", "LESSON_DIR": str(folder)}
    done = subprocess.run([sys.executable, SCRIPT, "iris:0.1", folder], env=told, capture_output=True, text=True)
    assert done.returncode == 1
    assert said in done.stderr.splitlines()[-1]
