"""However a run ends, what had run is reported whole, and no process stays behind."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest

from handrail.terminal import processes

from ....waiting import PATIENCE, number_in
from ..conftest import MakeScenario
from .conftest import Handrail, exec_block

PAGE = exec_block("echo first") + exec_block("echo $$ > ~/pid; sleep 600") + exec_block("echo last")


def told(junit: Path) -> dict[str, str]:
    """What became of each item: "passed", or what its failure or skipping says."""
    found = {}
    for case in ElementTree.parse(junit).iter("testcase"):
        said = [part.get("message") or "" for part in case if part.tag in ("failure", "skipped")]
        found[(case.get("name") or "").partition(":")[0]] = said[0] if said else "passed"
    return found


INTERRUPTED = {"step1-1": "passed", "step1-2": "interrupted", "step1-3": "not run"}


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_leaves_a_whole_report_and_no_process(
    make_scenario: MakeScenario, command: Callable[..., subprocess.Popen[str]], tmp_path: Path, signum: signal.Signals
) -> None:
    junit, html = tmp_path / "junit.xml", tmp_path / "report.html"
    arguments = ("--host", "--workspace", str(tmp_path / "w"), "--junit", str(junit), "--html", str(html))
    process = command(make_scenario(PAGE), *arguments)
    shell = number_in(tmp_path / "w/home/pid")
    process.send_signal(signum)
    _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert "Traceback" not in err
    assert told(junit) == INTERRUPTED
    assert "</html>" in html.read_text()
    assert processes.start_time(shell) is None


def test_a_terminal_that_is_closed_leaves_a_whole_report_and_no_process(
    make_scenario: MakeScenario, tmp_path: Path
) -> None:
    junit = tmp_path / "junit.xml"
    words = ["test", str(make_scenario(PAGE)), "--host", "--workspace", str(tmp_path / "w"), "--junit", str(junit)]
    pid, master = pty.fork()
    if pid == 0:
        os.execve(
            sys.executable, [sys.executable, "-m", "handrail", *words],
            {**os.environ, "XDG_STATE_HOME": str(tmp_path / "state")},
        )  # fmt: skip
    shell = number_in(tmp_path / "w/home/pid")
    os.close(master)
    _, status = os.waitpid(pid, 0)
    assert os.waitstatus_to_exitcode(status) == 130
    assert told(junit) == INTERRUPTED
    assert processes.start_time(shell) is None


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of a few megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "none", str(folder)], capture_output=True)
    if mounted.returncode != 0:
        pytest.skip("a disk can only be mounted as root")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_disk_that_gets_full_is_reported_with_what_had_run(
    make_scenario: MakeScenario, handrail: Handrail, small_disk: Path, tmp_path: Path
) -> None:
    # Where nothing more can be written, the next page cannot be opened: it is not run, and said so.
    fill = exec_block("cat /dev/zero > ~/all; false", "expect=1")
    root = make_scenario(exec_block("echo $$ > ~/pid; echo first") + fill, "x")
    junit = tmp_path / "junit.xml"
    run = handrail(root, "--workspace", str(small_disk / "w"), "--junit", str(junit))
    assert run.status in (1, 2), run.out + run.err
    assert "Traceback" not in run.err
    assert told(junit)["step1-1"] == "passed"
    assert "no space left" in (run.out + run.err).lower()
    assert processes.start_time(int((small_disk / "w/home/pid").read_text())) is None


def test_a_shell_that_dies_fails_its_block_and_the_rest_is_run_in_a_new_one(
    make_scenario: MakeScenario, handrail: Handrail, tmp_path: Path
) -> None:
    page = exec_block("echo first") + exec_block("kill -9 $$") + exec_block("echo $$ > ~/pid")
    junit = tmp_path / "junit.xml"
    arguments = ("--workspace", str(tmp_path / "w"), "--junit", str(junit))
    run = handrail(make_scenario(page), "--keep-going", *arguments)
    assert run.status == 1
    found = told(junit)
    assert (found["step1-1"], found["step1-3"]) == ("passed", "passed")
    assert found["step1-2"].startswith("ended the shell, with status 137")
    assert processes.start_time(int((tmp_path / "w/home/pid").read_text())) is None
