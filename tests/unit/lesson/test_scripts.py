"""What the lesson's scripts say before and while things are prepared, tried as processes in a home of their own."""

import fcntl
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ...waiting import PATIENCE

REPO = Path(__file__).parents[3]
SCRIPTS = REPO / "scripts"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "seldon-iris" / ".state").mkdir(parents=True)
    return tmp_path


def run(home: Path, *command: str, **more: str) -> subprocess.CompletedProcess[str]:
    env = {"PATH": os.environ["PATH"], "HOME": str(home), "SCENARIO_DIR": str(REPO), **more}
    return subprocess.run(command, env=env, cwd=home, capture_output=True, text=True, timeout=PATIENCE, check=False)


@pytest.mark.parametrize(
    "command",
    [
        ["have-cluster.sh"],
        ["build-image.sh", "iris-classifier:0.1", "model"],
        ["load-image.sh", "iris-classifier:0.1"],
        ["apply-when-ready.sh", "manifests/iris.yaml"],
        ["port-forward.sh"],
        ["set-up.sh", "somewhere"],
    ],
    ids=lambda command: command[0],
)
def test_script_before_the_tools_are_ready_says_what_to_run(home: Path, command: list[str]) -> None:
    result = run(home, str(SCRIPTS / command[0]), *command[1:])
    assert result.returncode == 1
    assert result.stderr == "The tools are not ready yet: run  source scripts/ready.sh  first (step 1).\n"


@pytest.mark.parametrize("step", [1, 2, 3])
def test_check_before_the_tools_are_ready_fails_with_the_reason(home: Path, step: int) -> None:
    reason = home / "reason"
    result = run(home, str(SCRIPTS / f"verify-step{step}.sh"), VERIFICATION_FAILURE_REASON=str(reason))
    assert result.returncode == 1
    assert "source scripts/ready.sh" in reason.read_text()


def test_clean_up_with_nothing_there_succeeds_twice(home: Path) -> None:
    for _ in range(2):
        result = run(home, str(SCRIPTS / "clean.sh"))
        assert (result.returncode, result.stderr) == (0, "")


def test_start_lays_out_the_lesson_and_goes_there_in_the_same_shell(home: Path) -> None:
    lines = '. "$SCENARIO_DIR/scripts/start.sh"; . "$SCENARIO_DIR/scripts/start.sh"; pwd; echo "$CLUSTER $SELDON_URL"'
    result = run(home, "bash", "-c", lines, TERM="dumb", LESSON_CLUSTER="other", LESSON_PORT="18001")
    assert result.stdout.splitlines()[-2:] == [f"{home}/seldon-iris", "other http://127.0.0.1:18001"]
    assert (home / "seldon-iris" / "manifests" / "iris.yaml").exists()
    # Started twice, and still one entry for later terminals.
    assert (home / ".bashrc").read_text().count("shell.sh") == 1


def test_ports_of_all_lessons_follow_the_model_s(home: Path) -> None:
    names = ["SELDON_URL", "MONITOR_URL", "EXPLAIN_URL", "BUCKET_URL", "THIRD_URL", "TRACES_URL", "SEARCH_URL"]
    names.append("WRAPPER_URL")
    lines = f'. "$SCENARIO_DIR/scripts/env.sh"; printenv {" ".join(names)}'
    said = [run(home, "bash", "-euc", lines, **more).stdout.split() for more in ({}, {"LESSON_PORT": "18001"})]
    assert said[0] == [f"http://127.0.0.1:{port}" for port in (8000, 8001, 8001, 8001, 8002, 8002, 8003, 8010)]
    assert said[1] == [f"http://127.0.0.1:{port}" for port in (18001, 18002, 18002, 18002, 18003, 18003, 18004, 18011)]


def test_no_page_script_or_check_counts_ports_itself() -> None:
    files = [*REPO.glob("*.md"), *(REPO / "scripts").glob("*.*"), *(REPO / "tests" / "steps").glob("*.py")]
    files += [path for path in (REPO / "more").rglob("*") if path.suffix in (".md", ".sh", ".py")]
    own = REPO / "scripts" / "env.sh"
    counted = re.compile(r"SELDON_URL##\*:\} ?\+|urlsplit\(SELDON_URL\)|SELDON_URL\.rsplit|int\(PORT\) ?\+")
    assert [str(path) for path in files if path != own and counted.search(path.read_text())] == []


def test_two_runs_prepare_one_after_the_other(home: Path) -> None:
    with (home / "seldon-iris" / ".state" / "prepare.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        result = run(home, str(SCRIPTS / "prepare.sh"))
    assert result.returncode == 1
    assert "being prepared already" in result.stderr


class TestShowProgress:
    def show(self, state: Path) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, str(SCRIPTS / "show_progress.py"), str(state)]
        return subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)

    def test_waits_while_preparation_runs_and_ends_when_it_is_ready(self, tmp_path: Path) -> None:
        with (tmp_path / "prepare.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            command = [sys.executable, str(SCRIPTS / "show_progress.py"), str(tmp_path)]
            with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as watching:
                assert watching.stdout is not None
                try:
                    self.write(tmp_path, "node image", "start", t=100)
                    self.write(tmp_path, "node image", "done", t=165)
                    assert watching.stdout.readline() == "  ✓ node image (1:05)\n"
                    assert watching.poll() is None
                    (tmp_path / "prepared.env").write_text("")
                finally:
                    fcntl.flock(lock, fcntl.LOCK_UN)
                assert watching.stdout.read() == "Everything is ready.\n"
        assert watching.returncode == 0

    def test_failure_gives_the_reason_and_the_next_command(self, tmp_path: Path) -> None:
        (tmp_path / "failed").write_text("There is too little disk.\n")
        result = self.show(tmp_path)
        assert result.returncode == 1
        assert "There is too little disk." in result.stdout
        assert "source scripts/ready.sh" in result.stdout

    def test_stopped_half_way_is_said(self, tmp_path: Path) -> None:
        self.write(tmp_path, "node image", "start", t=time.time())
        result = self.show(tmp_path)
        assert result.returncode == 1
        assert "stopped half-way" in result.stdout

    def write(self, state: Path, phase: str, kind: str, t: float) -> None:
        event = {"t": t, "phase": phase, "state": kind, "detail": "", "estimate": None, "fraction": None}
        with (state / "events.jsonl").open("a") as events:
            events.write(json.dumps(event) + "\n")
