"""How a run ends early or cannot begin: Ctrl-C, kills, folders and reports that are not to be had."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from handrail.terminal import processes

from ....waiting import PATIENCE, number_in
from ..conftest import MakeScenario
from .conftest import GOOD, Handrail, exec_block


def test_a_run_that_stops_at_ctrl_c_cleans_up(
    make_scenario: MakeScenario, command: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    root = make_scenario(
        exec_block("echo $$ > ~/pid; sleep 600"), files={"clean.sh": f"touch {tmp_path}/cleaned"},
        handrail={"cleanup": "clean.sh"},
    )  # fmt: skip
    process = command(root, "--host", "--workspace", str(tmp_path / "w"))
    shell = number_in(tmp_path / "w/home/pid")
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert "Interrupted" in out
    assert tmp_path.joinpath("cleaned").exists()
    assert processes.start_time(shell) is None


def test_second_ctrl_c_cuts_the_clean_up_short(
    make_scenario: MakeScenario, command: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    root = make_scenario(
        exec_block("echo $$ > ~/pid; sleep 600"), files={"clean.sh": f"echo $$ > {tmp_path}/cleaner; sleep 600"},
        handrail={"cleanup": "clean.sh"},
    )  # fmt: skip
    process = command(root, "--host", "--workspace", str(tmp_path / "w"))
    number_in(tmp_path / "w/home/pid")
    process.send_signal(signal.SIGINT)
    cleaner = number_in(tmp_path / "cleaner")
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert processes.start_time(cleaner) is None


def test_after_a_killed_run_the_next_one_cleans_up_first(
    make_scenario: MakeScenario, command: Callable[..., subprocess.Popen[str]], handrail: Handrail, tmp_path: Path
) -> None:
    text = exec_block("echo $$ > ~/pid; test -e ~/../../go || sleep 600")
    root = make_scenario(
        text, files={"clean.sh": f"echo >> {tmp_path}/cleaned"}, handrail={"cleanup": "clean.sh"}
    )
    process = command(root, "--host", "--workspace", str(tmp_path / "w"))
    shell = number_in(tmp_path / "w/home/pid")
    process.kill()
    process.communicate()
    tmp_path.joinpath("go").touch()
    run = handrail(root, "--workspace", str(tmp_path / "w"))
    assert run.status == 0, run.out + run.err
    assert "cut short: cleaning up after it" in run.err
    assert tmp_path.joinpath("cleaned").read_text() == "\n\n"
    assert processes.start_time(shell) is None


def test_second_run_in_one_workspace_is_refused(
    make_scenario: MakeScenario, command: Callable[..., subprocess.Popen[str]], handrail: Handrail, tmp_path: Path
) -> None:
    root = make_scenario(exec_block("echo $$ > ~/pid; sleep 600"))
    first = command(root, "--host", "--workspace", str(tmp_path / "w"))
    number_in(tmp_path / "w/home/pid")
    run = handrail(root, "--workspace", str(tmp_path / "w"))
    assert run.status == 2
    assert f"in use by process {first.pid}" in run.err
    first.send_signal(signal.SIGINT)
    first.communicate(timeout=PATIENCE)


@pytest.mark.parametrize(
    ("index", "sentence"),
    [
        ('{"title": "x",}', "comma"),
        (None, "no index.json"),
    ],
)
def test_a_broken_scenario_is_refused_in_a_sentence(
    tmp_path: Path, handrail: Handrail, index: str | None, sentence: str
) -> None:
    root = tmp_path / "s"
    root.mkdir()
    if index is not None:
        root.joinpath("index.json").write_text(index)
    run = handrail(root)
    assert (run.status, run.out) == (2, "")
    assert sentence in run.err
    assert "Traceback" not in run.err


def test_a_missing_script_is_a_problem_before_anything_runs(make_scenario: MakeScenario, handrail: Handrail) -> None:
    root = make_scenario({"text": exec_block("true"), "verify": "true"})
    root.joinpath("step1-verify.sh").unlink()
    run = handrail(root)
    assert run.status == 2
    assert "step1-verify.sh does not exist" in run.err


def test_old_bash_is_refused(make_scenario: MakeScenario, handrail: Handrail, tmp_path: Path) -> None:
    old = tmp_path / "bin" / "bash"
    old.parent.mkdir()
    old.write_text("#!/bin/sh\necho 'GNU bash, version 4.4.20(1)-release'\n")
    old.chmod(0o755)
    run = handrail(make_scenario(GOOD), PATH=f"{old.parent}:{os.environ['PATH']}")
    assert run.status == 2
    assert "is bash 4.4" in run.err
    assert "install it" in run.err


def test_workspace_that_cannot_be_written(make_scenario: MakeScenario, handrail: Handrail, tmp_path: Path) -> None:
    tmp_path.joinpath("file").write_text("")
    run = handrail(make_scenario(GOOD), "--workspace", str(tmp_path / "file" / "w"))
    assert run.status == 2
    assert "cannot be written" in run.err


def test_a_report_that_cannot_be_written_is_said_before_the_run(
    make_scenario: MakeScenario, handrail: Handrail, tmp_path: Path
) -> None:
    root = make_scenario(exec_block(f"touch {tmp_path}/ran"))
    run = handrail(root, "--junit", str(root / "index.json" / "junit.xml"))
    assert run.status == 2
    assert "index.json" in run.err
    assert "Traceback" not in run.err
    assert not tmp_path.joinpath("ran").exists()


@pytest.mark.parametrize("option", ["--junit", "--cast", "--log"])
def test_a_report_that_is_something_else_is_said_in_a_sentence(
    make_scenario: MakeScenario, handrail: Handrail, tmp_path: Path, option: str
) -> None:
    target = tmp_path / "other"
    target.write_text("") if option == "--log" else target.mkdir()
    run = handrail(make_scenario(GOOD), option, str(target))
    assert run.status == 2
    assert run.err.splitlines()[-1].startswith(f"handrail: {target}: ")
    assert "Traceback" not in run.err


def test_a_report_that_cannot_be_written_at_the_end_is_said(
    make_scenario: MakeScenario, handrail: Handrail, tmp_path: Path
) -> None:
    report = tmp_path / "junit.xml"
    run = handrail(make_scenario(exec_block(f"rm {report}; mkdir {report}")), "--junit", str(report))
    assert run.status == 2
    assert run.err.splitlines()[-1] == f"handrail: {report}: Is a directory."
    assert "Passed: 1 passed" in run.out


def test_a_folder_that_is_no_workspace_is_left_alone(
    make_scenario: MakeScenario, handrail: Handrail, tmp_path: Path
) -> None:
    root = make_scenario(GOOD)
    (root / "scripts").mkdir()
    (root / "scripts" / "mine.sh").write_text("")
    before = sorted(root.rglob("*"))
    run = handrail(root, "--workspace", str(root))
    assert run.status == 2
    assert "name a new or empty folder with --workspace" in run.err
    assert sorted(root.rglob("*")) == before


def test_logs_of_others_are_left_alone(make_scenario: MakeScenario, handrail: Handrail, tmp_path: Path) -> None:
    for name in ("build.log", "check-gone.log"):
        (tmp_path / name).write_text("")
    assert handrail(make_scenario(GOOD), "--log", str(tmp_path)).status == 0
    assert {path.name for path in tmp_path.glob("*.log")} >= {"build.log", "check-step1.log", "terminal-T1.log"}
    assert not (tmp_path / "check-gone.log").exists()


def test_a_reader_that_goes_away_ends_the_run_with_its_clean_up(
    make_scenario: MakeScenario, command: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    root = make_scenario(
        exec_block("echo $$ > ~/pid; sleep 0.5") + exec_block("touch ~/next; sleep 600"),
        files={"clean.sh": f"touch {tmp_path}/cleaned"}, handrail={"cleanup": "clean.sh"},
    )  # fmt: skip
    process = command(root, "--host", "--workspace", str(tmp_path / "w"), "--format", "json")
    number_in(tmp_path / "w/home/pid")
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    err = process.stderr.read()
    process.stderr.close()
    assert process.wait(PATIENCE) == 130
    assert "Traceback" not in err
    assert tmp_path.joinpath("cleaned").exists()


DAEMON = "setsid bash -c 'echo $$ > ~/pid; exec sleep 600' >/dev/null 2>&1 &\nuntil test -s ~/pid; do sleep 0.1; done"


def test_what_outlives_the_clean_up_is_ended_and_named(
    make_scenario: MakeScenario, handrail: Handrail, tmp_path: Path
) -> None:
    run = handrail(make_scenario(exec_block(DAEMON)), "--workspace", str(tmp_path / "w"))
    assert run.status == 0, run.out + run.err
    assert "`sleep 600` still ran after the lesson and was ended" in run.out
    assert processes.start_time(int(tmp_path.joinpath("w/home/pid").read_text())) is None


def test_what_lessons_of_a_group_share_is_left_running(
    make_scenario: MakeScenario, handrail: Handrail, tmp_path: Path
) -> None:
    root = make_scenario(exec_block(DAEMON), handrail={"group": "one daemon"})
    run = handrail(root, "--workspace", str(tmp_path / "w"))
    daemon = int(tmp_path.joinpath("w/home/pid").read_text())
    try:
        assert run.status == 0, run.out + run.err
        assert "still ran" not in run.out
        assert processes.start_time(daemon) is not None
    finally:
        os.kill(daemon, signal.SIGKILL)
