"""What the learner's own shells tell, tried in a real interactive bash."""

import os
import subprocess
from pathlib import Path

import pytest

from ...waiting import PATIENCE

REPO = Path(__file__).parents[3]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home in which the intro's foreground script has run."""
    home = tmp_path / "home"
    home.mkdir()
    start = ["bash", "-c", '. "$SCENARIO_DIR/scripts/start.sh"']
    subprocess.run(start, env=environment(home), cwd=home, capture_output=True, check=True, timeout=PATIENCE)
    return home


def environment(home: Path) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "HOME": str(home), "SCENARIO_DIR": str(REPO), "TERM": "dumb"}


def interactive(home: Path, *lines: str) -> str:
    """What a terminal that types these lines shows, both streams."""
    command = ["bash", "--rcfile", f"{home}/.bashrc", "-i"]
    result = subprocess.run(
        command, env=environment(home), cwd=home, input="\n".join([*lines, "exit 0", ""]), text=True, timeout=PATIENCE,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=True,
    )
    return result.stdout


@pytest.mark.parametrize("tool", ["kind get clusters", "kubectl get pods", "helm list", "python model/train.py"])
def test_tools_before_ready_name_the_command_that_makes_them_known(home: Path, tool: str) -> None:
    assert "source scripts/ready.sh" in interactive(home, tool)


def test_terminal_opened_after_the_preparation_knows_the_tools(home: Path) -> None:
    (home / "seldon-iris" / ".state").mkdir(exist_ok=True)
    (home / "seldon-iris" / ".state" / "prepared.env").write_text("export NODE_IMAGE=node:1\n")
    shown = interactive(home, 'type -t kind || echo "no function $NODE_IMAGE"')
    assert "no function node:1" in shown


def test_failure_in_another_folder_names_the_lesson_s(home: Path) -> None:
    shown = interactive(home, "mkdir model", "cd model", "scripts/build-image.sh iris-classifier:0.1 model")
    assert "You are in ~/seldon-iris/model; the lesson's commands are for ~/seldon-iris" in shown
    assert "cd ~/seldon-iris" in shown


def test_no_word_about_folders_while_nothing_fails(home: Path) -> None:
    assert "You are in" not in interactive(home, "mkdir model", "cd model", "true", "ls")


def test_port_opened_in_another_terminal_is_followed(home: Path) -> None:
    state = home / "seldon-iris" / ".state" / "port"
    shown = interactive(home, f"mkdir -p {state.parent}; echo 8020 > {state}", 'echo "now $SELDON_URL"')
    assert "now http://127.0.0.1:8020" in shown


def test_port_that_is_being_chosen_is_not_taken_back(home: Path) -> None:
    state = home / "seldon-iris" / ".state" / "port"
    state.parent.mkdir(exist_ok=True)
    state.write_text("8020\n")
    shown = interactive(home, "export LESSON_PORT=8040", "source scripts/env.sh", 'echo "now $SELDON_URL"')
    assert "now http://127.0.0.1:8040" in shown
