"""The command line: one entry, commands loaded when asked for, errors as sentences."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from handrail import __version__
from handrail.cli import main

from ...waiting import PATIENCE

COMMANDS = ("play", "test", "lint", "export", "new", "doctor")


def handrail(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "handrail", *arguments], capture_output=True, text=True, timeout=PATIENCE,
        env={**os.environ, **env},
    )  # fmt: skip


def test_version_loads_no_command() -> None:
    """What makes `handrail --version` quick: nothing of the web server, of Markdown, or of asyncio is imported."""
    script = "import sys, handrail.cli\ntry: handrail.cli.main(['--version'])\nexcept SystemExit: print(*sys.modules)"
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    version, modules = answer.stdout.splitlines()
    assert version == f"handrail {__version__}"
    loaded = {name for name in modules.split() if name.startswith("handrail")}
    assert loaded == {"handrail", "handrail.cli"}
    assert not {"asyncio", "starlette", "markdown_it", "json"} & set(modules.split())


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert ended.value.code == 0
    assert f"usage: handrail {command}" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [(), ("no-such-command",), ("test", "--no-such-option")])
def test_wrong_usage_ends_with_2(arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert said.startswith("usage: handrail test" if "test" in arguments else "usage: handrail [-h]")


def test_a_reader_that_goes_away_is_no_traceback(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "handrail", "doctor"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    process.stdout.close()
    _, err = process.communicate(timeout=PATIENCE)
    assert err == b""


def test_doctor_names_the_remedy(tmp_path: Path) -> None:
    old = tmp_path / "bash"
    old.write_text("#!/bin/sh\necho 'GNU bash, version 4.4.20(1)-release'\n")
    old.chmod(0o755)
    answer = handrail("doctor", PATH=f"{tmp_path}:{os.environ['PATH']}", XDG_STATE_HOME=str(tmp_path), LC_ALL="")
    lines = {line.split()[1]: line for line in answer.stdout.splitlines()}
    assert answer.returncode == 1
    assert lines["bash"].startswith("MISSING bash      4.4 ")
    assert "brew install bash" in lines["bash"]
    assert set(lines) == {"Python", "bash", "container", "disk", "memory", "port", "locale"}


def test_a_player_loads_nothing_that_its_first_answer_does_not_need() -> None:
    late = ("yaml", "webbrowser", "pygments", "markdown_it", "nh3", "httpcore")
    code = f"import sys, handrail.server.main; print(*(set({late!r}) & set(sys.modules)))"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "", "it would be late for nothing"
