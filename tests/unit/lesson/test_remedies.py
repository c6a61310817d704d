"""The commands that checks and scripts name are those of the pages, and name what exists."""

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

os.environ["CLUSTER"] = "seldon-iris"
os.environ["SELDON_VERSION"] = "1.17.1"
sys.path.insert(0, str(Path(__file__).parents[3] / "scripts"))
import remedies

from ...waiting import PATIENCE

REPO = Path(__file__).parents[3]
LESSONS = [item["path"] for item in json.loads((REPO / "more" / "structure.json").read_text())["items"]]
CHECKS = sorted([*(REPO / "tests" / "steps").glob("*.py"), *REPO.glob("more/*/tests/*.py")])
# Their last argument is what the learner is told to do.
ASKING = {"expect", "expect_available", "expect_running", "search", "predict", "post", "ask_prometheus"}


def one_line(text: str) -> str:
    return " ".join(text.replace("\\\n", " ").split())


def commands(path: Path) -> list[str]:
    """String constants of a check that are handed to the learner as a command, f-strings left out."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
    told = [call.args[-1] for call in calls if call.func.id in ASKING and call.args]  # type: ignore[attr-defined]
    return [node.value for node in told if isinstance(node, ast.Constant) and isinstance(node.value, str)]


def test_step_1_s_commands_are_those_of_the_page() -> None:
    page = one_line((REPO / "step1.md").read_text(encoding="utf-8"))
    assert remedies.CREATE in page
    for part in remedies.INSTALL.split(" && "):
        assert part in page


@pytest.mark.parametrize("path", CHECKS, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_command_is_shell_that_bash_can_read(path: Path) -> None:
    for command in commands(path):
        subprocess.run(["bash", "-n", "-c", command], check=True, capture_output=True)


@pytest.mark.parametrize("path", CHECKS, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_scripts_and_manifests_in_checks_exist(path: Path) -> None:
    lesson = REPO if path.parent.name == "steps" else path.parents[1]
    text = path.read_text(encoding="utf-8")
    for name in set(re.findall(r"(?<![\w/])scripts/[\w-]+\.(?:sh|py)", text)):
        assert (lesson / name).exists() or (REPO / name).exists(), name
    start = (lesson / "scripts" / "start.sh").read_text(encoding="utf-8")
    by_the_learner = {"manifests/wine.yaml"}
    for name in set(re.findall(r"(?<![\w/])manifests/[\w-]+\.yaml", text)) - by_the_learner:
        assert (lesson / name).exists() or name in start, name


def test_no_check_hands_out_words_instead_of_a_command() -> None:
    first = re.compile(r"(scripts/|python |kubectl |helm |curl |cp |sed |echo |source |sleep |uptime)")
    told = [(path.name, command) for path in CHECKS for command in commands(path)]
    assert len(told) > 30
    assert [(name, command) for name, command in told if not first.match(command)] == []


@pytest.mark.parametrize("path", CHECKS, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_command_that_changes_a_tag_builds_the_image_first(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    # Without it, the check of the Deployment offers the old tag again: the learner goes round in a circle.
    for name, tag in re.findall(r"\bs[/|]([\w-]+):[\w.]+[/|]\1:([\w.]+)[/|]", text):
        assert f"scripts/build-image.sh {name}:{tag}" in text


@pytest.mark.parametrize("script", ["roll_out.py", "wait_for.py"])
def test_script_that_the_learner_runs_needs_no_more_than_their_shell_has(script: str, tmp_path: Path) -> None:
    prepare = (REPO / "scripts" / "prepare.sh").read_text(encoding="utf-8")
    kept = re.findall(r"\b([A-Z_]+) \"\$\w+\"", prepare[prepare.index("printf 'export %s=%q") :])
    own = {"LESSON_DIR": str(tmp_path), "CLUSTER": "seldon-iris", "SELDON_URL": "http://127.0.0.1:8000"}
    env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), **own, **dict.fromkeys(kept, "x")}
    command = [sys.executable, "-c", f"import runpy; runpy.run_path({str(REPO / 'scripts' / script)!r})"]
    env["PYTHONPATH"] = str(REPO / "scripts")
    result = subprocess.run(command, env=env, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert result.stderr == ""
