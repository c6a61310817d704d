"""`handrail new`: what it makes passes `lint` and `test` as it is."""

import argparse
import os
import subprocess
import sys
from pathlib import Path

import pytest

from handrail.lint.engine import lint_scenario
from handrail.scenario import new
from handrail.scenario.reader import load


def run(name: Path) -> int:
    parser = argparse.ArgumentParser()
    new.add_arguments(parser)
    return new.run(parser.parse_args([str(name)]))


def test_it_makes_a_scenario_without_problems(tmp_path: Path) -> None:
    assert run(tmp_path / "my-first") == 0
    scenario = load(tmp_path / "my-first")
    assert scenario.title == "My first"
    assert lint_scenario(tmp_path / "my-first") == ()


def test_its_own_test_passes(tmp_path: Path) -> None:
    run(tmp_path / "my-first")
    folder = Path(sys.executable).parent
    environment = {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}", "XDG_STATE_HOME": str(tmp_path / "state")}
    done = subprocess.run(
        [tmp_path / "my-first" / "test.sh"], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_its_own_test_takes_handrail_from_where_it_is_told(tmp_path: Path) -> None:
    run(tmp_path / "my-first")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "handrail").write_text('#!/bin/sh\necho "called $*"\n')
    (tmp_path / "bin" / "handrail").chmod(0o755)
    environment = {**os.environ, "PATH": "/usr/bin:/bin", "HANDRAIL": "bin/handrail"}
    command = ["my-first/test.sh"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "called lint .\ncalled test --host .\n")
    del environment["HANDRAIL"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("handrail was not found: put it on PATH, or say where it is: HANDRAIL=")


@pytest.mark.parametrize("note", [None, ""])
def test_its_check_fails_with_a_hint(tmp_path: Path, note: str | None) -> None:
    run(tmp_path / "s")
    home = tmp_path / "home"
    home.mkdir()
    if note is not None:
        (home / "note.txt").write_text(note)
    environment = {**os.environ, "HOME": str(home), "VERIFICATION_FAILURE_REASON": str(tmp_path / "reason")}
    done = subprocess.run([tmp_path / "s" / "step1" / "verify.sh"], env=environment, check=False)
    assert done.returncode == 1
    assert "note.txt" in (tmp_path / "reason").read_text()


def test_it_overwrites_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "there").mkdir()
    assert run(tmp_path / "there") == 2
    assert "exists already; choose another name" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["-x", "a b", "ä"])
def test_it_refuses_names_that_make_bad_addresses(tmp_path: Path, name: str) -> None:
    assert new.run(argparse.Namespace(name=tmp_path / name)) == 2
