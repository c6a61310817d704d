"""A check is passed by exit status or by a line `done`, says why not, and always ends."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from handrail.scenario.verify import prints_done
from handrail.session.check import CheckResult, run_check
from handrail.terminal import processes


def check(tmp_path: Path, script: str, limit: float = 20) -> CheckResult:
    path = tmp_path / "verify.sh"
    path.write_text(script)
    return asyncio.run(
        run_check(
            ["bash", str(path)], env=dict(os.environ), cwd=tmp_path, log=tmp_path / "log",
            reason=tmp_path / "reason", by_done=prints_done(script), limit=limit,
        )
    )


@pytest.mark.parametrize(
    ("script", "passed"),
    [
        pytest.param("true", True, id="exit 0"),
        pytest.param("exit 3", False, id="exit 3"),
        pytest.param("test -e here && echo done", False, id="katacoda, not done"),
        pytest.param("test -e log && echo done", True, id="katacoda, done"),
        pytest.param("if test -e here; then echo 'done'; fi", False, id="katacoda, exits 0 without done"),
        pytest.param("echo not done yet; exit 0", True, id="done within a sentence"),
        pytest.param("for i in 1; do echo $i; done; false", False, id="done of a loop"),
        pytest.param('printf "done\\n"; exit 1', True, id="done counts more than the status"),
    ],
)
def test_both_protocols(tmp_path: Path, script: str, passed: bool) -> None:
    assert check(tmp_path, script).passed is passed


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("echo out; echo why > $VERIFICATION_FAILURE_REASON; exit 1", "why"),
        ("echo first; printf '\\033[31mred\\033[0m\\r\\n' >&2; exit 1", "first\nred"),
        ("exit 4", "The check ended with status 4 and said nothing."),
        ("printf '\\xff\\xfe broken\\n'; exit 1", "\ufffd\ufffd broken"),
    ],
)
def test_reason_is_for_the_learner(tmp_path: Path, script: str, reason: str) -> None:
    assert check(tmp_path, script).reason == reason


def test_reason_of_an_earlier_run_is_gone(tmp_path: Path) -> None:
    check(tmp_path, "echo old > $VERIFICATION_FAILURE_REASON; exit 1")
    assert check(tmp_path, "echo new; exit 1").reason == "new"


def test_a_check_that_hangs_is_ended_with_its_children(tmp_path: Path) -> None:
    result = check(tmp_path, "sleep 600 & echo $! > child; sleep 600", limit=0.3)
    assert (result.passed, result.reason) == (False, "The check has not ended after 0.3 s and was stopped.")
    assert result.timed_out
    assert processes.start_time(int(tmp_path.joinpath("child").read_text())) is None


def test_a_daemon_left_behind_does_not_hold_the_check_up(tmp_path: Path) -> None:
    result = check(tmp_path, "sleep 600 & echo $! > child; exit 0")
    assert result.passed
    assert processes.start_time(int(tmp_path.joinpath("child").read_text())) is None
