"""A real lesson of its own: cluster, port and home apart from any other run. Its commands are the pages' own blocks."""

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from handrail.markdown.api import render

REPO = Path(__file__).parents[2]


class Lesson:
    """One learner's lesson: types page blocks into bash and runs the checks."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.reason = home / "reason"
        real_home = Path.home()
        self.env = os.environ | {
            "HOME": str(home),
            "HANDRAIL_HOST_HOME": str(real_home),
            "XDG_CACHE_HOME": os.environ.get("XDG_CACHE_HOME", str(real_home / ".cache")),
            "SCENARIO_DIR": str(REPO),
            "LESSON_CLUSTER": "seldon-iris-faults",
            "LESSON_PORT": "18200",
            "VERIFICATION_FAILURE_REASON": str(self.reason),
            "TERM": "dumb",
        }

    def sh(self, text: str) -> str:
        """Run shell text in ~/seldon-iris as the learner's shell would; output of both streams. Fails when it fails."""
        shell = f'. "$SCENARIO_DIR/scripts/start.sh" >/dev/null 2>&1\nset -e\n{text}'
        result = subprocess.run(
            ["bash", "-c", shell], env=self.env, stdin=subprocess.DEVNULL, capture_output=True, text=True,
            timeout=1500, check=False,
        )
        assert result.returncode == 0, f"{text}\n{result.stdout[-2000:]}{result.stderr[-2000:]}"
        return result.stdout + result.stderr

    def do(self, page: str, *, but: str = "\0") -> None:
        """Run every block of a page in order, leaving out those that contain `but`."""
        for block in render((REPO / f"{page}.md").read_text(encoding="utf-8"), page).blocks:
            if block.action == "execute" and but not in block.text:
                self.sh(block.text)

    def check(self, step: int) -> str:
        """The reason why a step's check fails, or "" when it passes."""
        self.reason.unlink(missing_ok=True)
        result = subprocess.run(
            [str(REPO / "scripts" / f"verify-step{step}.sh")], env=self.env, cwd=REPO, capture_output=True, text=True,
            timeout=120, check=False,
        )
        assert "Traceback" not in result.stdout + result.stderr
        if result.returncode == 0:
            return ""
        reason = self.reason.read_text(encoding="utf-8")
        assert "To do:" in reason
        return reason

    def stop_port_forward(self) -> None:
        for pid_file in (self.home / "seldon-iris" / ".state").glob("port-forward-*.pid"):
            os.kill(int(pid_file.read_text()), signal.SIGTERM)
            pid_file.unlink()


@pytest.fixture(scope="module")
def lesson(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lesson]:
    lesson = Lesson(tmp_path_factory.mktemp("home"))
    lesson.sh("bash scripts/prepare.sh")
    try:
        yield lesson
    finally:
        lesson.sh("bash scripts/clean.sh")
