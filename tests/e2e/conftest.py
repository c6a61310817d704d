"""A real lesson of its own: cluster, port and home apart from any other run. Its commands are the pages' own blocks."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext

from handrail.markdown.api import render
from handrail.runtime.workspace import Workspace
from handrail.scenario.reader import load
from tests.browser.conftest import Play

from .clicks import PICTURES, browser

REPO = Path(__file__).parents[2]
CLUSTER = "seldon-iris-faults"
PLAYED_CLUSTER = "seldon-iris-browser"
FAULTS = REPO / ".e2e" / "faults"
# From nothing to a passed check: a cluster, Seldon Core, the operator, an image, the model, a port, and some to spare.
MOST_REMEDIES = 12
TO_DO = re.compile(r"^To do: +`([^`]+)`", re.MULTILINE)
TOLD = re.compile(r"^To do: +(.+)$", re.MULTILINE)  # by a script, in the terminal
SOLUTION = re.compile(r"<summary>Show a solution</summary>(.*?)</details>", re.DOTALL)


class Lesson:
    """One learner's lesson, whose folder is `root`: types page blocks into bash and runs the checks."""

    def __init__(self, workspace: Workspace, root: Path = REPO) -> None:
        self.workspace, self.root, home = workspace, root, workspace.home
        self.home = home
        self.reason = home / "reason"
        self.reached = 0  # the last step whose check was brought to pass
        real_home = Path.home()
        self.env = os.environ | {
            "HOME": str(home),
            "HANDRAIL_HOST_HOME": str(real_home),
            "XDG_CACHE_HOME": os.environ.get("XDG_CACHE_HOME", str(real_home / ".cache")),
            "SCENARIO_DIR": str(root),
            "LESSON_CLUSTER": CLUSTER,
            "LESSON_PORT": "18200",
            "VERIFICATION_FAILURE_REASON": str(self.reason),
            "TERM": "dumb",
        }

    def begin(self) -> None:
        """What a player does first: assets, then the intro's scripts."""
        self.workspace.lay_out(load(self.root))
        subprocess.run(["bash", "-c", '. "$SCENARIO_DIR/scripts/start.sh"'], env=self.env, check=True)
        self.sh('bash "$SCENARIO_DIR/scripts/prepare.sh"')

    @property
    def folder(self) -> Path:
        return self.home / "seldon-iris"

    def run(self, text: str) -> "subprocess.CompletedProcess[str]":
        """Run shell text in ~/seldon-iris as a new terminal of the learner's would."""
        return subprocess.run(
            ["bash", "-c", f". ~/.bashrc\nset -e\n{text}"], env=self.env, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=1500, check=False,
        )

    def sh(self, text: str) -> str:
        """Run shell text in ~/seldon-iris as the learner's shell would; output of both streams. Fails when it fails."""
        result = self.run(text)
        assert result.returncode == 0, f"{text}\n{result.stdout[-2000:]}{result.stderr[-2000:]}"
        return result.stdout + result.stderr

    def mend(self, step: int) -> str:
        """Do what the check says, exactly as it is printed, until it passes; the first reason.

        Where it says a hint, the learner has to write something: the page's solution stands in for that.
        """
        first = reason = self.check(step)
        for _ in range(MOST_REMEDIES):
            if not reason:
                break
            if TO_DO.search(reason):
                done = self.run(command_in(reason))
                # One that waits, or sends, stops when the next thing is missing, and names what to do about that.
                told = TOLD.search(done.stderr)
                assert done.returncode == 0 or told, f"{reason}\n{done.stdout[-2000:]}{done.stderr[-2000:]}"
                if done.returncode and told:
                    self.run(told[1])
            else:
                self.solve(step)
            reason = self.check(step)
        assert reason == ""
        self.reached = max(self.reached, step)
        return first

    def do(self, page: str, *, but: str = "\0") -> None:
        """Run every block of a page in order, leaving out those that contain `but`."""
        self.type_blocks(self.page(page), but=but)

    def solve(self, step: int) -> None:
        """Run what a step's page has under "Show a solution"."""
        solutions = SOLUTION.findall(self.page(f"step{step}"))
        assert solutions, f"step{step}.md has no solution, and its check gives no command"
        self.type_blocks("\n".join(solutions))

    def page(self, name: str) -> str:
        return (self.root / f"{name}.md").read_text(encoding="utf-8")

    def type_blocks(self, text: str, *, but: str = "\0") -> None:
        for block in render(text, "page").blocks:
            if block.action == "execute" and but not in block.text:
                self.sh(block.text)

    def check(self, step: int) -> str:
        """The reason why a step's check fails, or "" when it passes."""
        self.reason.unlink(missing_ok=True)
        result = subprocess.run(
            [str(self.root / "scripts" / f"verify-step{step}.sh")], env=self.env, cwd=self.root,
            capture_output=True, text=True, timeout=300, check=False,
        )
        assert "Traceback" not in result.stdout + result.stderr
        if result.returncode == 0:
            return ""
        reason = self.reason.read_text(encoding="utf-8")
        assert "To do:" in reason
        return reason

    def forget(self, version: str) -> None:
        """Remove a version of the model's image from the engine and from the node."""
        name = f"iris-classifier:{version}"
        self.sh(f'"$ENGINE" rmi --force "localhost/$CLUSTER/{name}" || true')
        node = '"$ENGINE" exec "$CLUSTER-control-plane" ctr --namespace k8s.io images rm'
        self.sh(f'{node} "localhost/{name}" "localhost/$CLUSTER/{name}" || true')

    def stop_port_forward(self) -> None:
        for pid_file in (self.home / "seldon-iris" / ".state").glob("port-forward-*.pid"):
            os.kill(int(pid_file.read_text()), signal.SIGTERM)
            pid_file.unlink()


def command_in(reason: str) -> str:
    """The command of a reason's "To do", in backticks."""
    found = TO_DO.search(reason)
    assert found is not None, reason
    return found[1]


def clean_up() -> None:
    """Remove the cluster and the workspaces of these tests."""
    subprocess.run([sys.executable, str(REPO / "hack" / "clean.py"), CLUSTER], check=True)


@pytest.fixture(scope="module")
def lesson() -> Iterator[Lesson]:
    clean_up()  # what a killed run left
    workspace = Workspace.open(FAULTS / "main")
    lesson = Lesson(workspace)
    try:
        lesson.begin()
        yield lesson
        lesson.sh("bash scripts/clean.sh")
    finally:
        workspace.close()
        clean_up()


@pytest.fixture(scope="session")
def pictures() -> None:
    """A folder for pictures of this run alone."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    for old in PICTURES.iterdir():
        old.unlink()


@pytest.fixture(scope="module")
def player(pictures: None) -> Iterator[Play]:
    """The course with a cluster, port and workspace of its own; all of it is removed again, whatever happens."""
    workspace = REPO / ".e2e" / "browser-workspace"
    clean = [sys.executable, str(REPO / "hack" / "clean.py"), PLAYED_CLUSTER]
    own = {"LESSON_CLUSTER": PLAYED_CLUSTER, "LESSON_PORT": "18965"}
    course = Play(REPO, workspace, [], {**os.environ, **own})
    subprocess.run(clean, check=True)  # what a killed run left
    course.start()
    try:
        yield course
    finally:
        course.stop()
        subprocess.run(clean, check=True)


@pytest.fixture
def profile() -> Iterator[BrowserContext]:
    """A new profile of Chromium."""
    with browser() as made:
        yield made
