"""The Hub's token, looked for where a learner's shell could: it runs as the same user as the server."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from .....ports import free_port
from .....waiting import PATIENCE
from .hub_server import TOKEN, UNPRIVILEGED, HubServer, command, environment

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux'")


def as_the_learner(*argv: str) -> str:
    """What a program of the same user prints, and what it complains of."""
    done = subprocess.run([*UNPRIVILEGED, *argv], capture_output=True, text=True, errors="replace", timeout=PATIENCE)
    return done.stdout + done.stderr


@pytest.mark.parametrize("file", ["environ", "cmdline"])
def test_what_it_was_started_with_does_not_hold_the_token(server: HubServer, file: str) -> None:
    assert TOKEN not in as_the_learner("cat", f"/proc/{server.process.pid}/{file}")


@pytest.mark.skipif(os.geteuid() == 0 and not UNPRIVILEGED, reason="nothing can be kept from root")
@pytest.mark.parametrize("file", ["mem", "fd/0"])
def test_its_memory_and_its_files_cannot_be_read(server: HubServer, file: str) -> None:
    said = as_the_learner("cat", f"/proc/{server.process.pid}/{file}")
    assert "denied" in said or "not permitted" in said


def test_it_does_not_start_below_a_process_that_holds_the_token(scenario: Path, tmp_path: Path) -> None:
    """A shell that waits keeps the environment that it was started with."""
    script = " ".join(f"'{word}'" for word in command(scenario)) + "; exit $?"
    done = subprocess.run(
        ["sh", "-c", script], env=environment(free_port(), tmp_path), capture_output=True, text=True, timeout=PATIENCE
    )
    assert done.returncode == 2
    assert "can be read from process" in done.stderr
    assert "exec" in done.stderr
    assert TOKEN not in done.stderr


@pytest.mark.skipif(os.geteuid() != 0 or not UNPRIVILEGED, reason="root alone can have and lack this right")
def test_it_says_where_the_learner_can_read_everything(scenario: Path, tmp_path: Path) -> None:
    """In a privileged container; a plain container's root lacks the right."""
    for started_by, is_said in ((command(scenario)[len(UNPRIVILEGED) :], True), (command(scenario), False)):
        port = free_port()
        process = subprocess.Popen(
            started_by, env=environment(port, tmp_path), text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        assert process.stdout is not None
        assert "serves anna" in process.stdout.readline()
        process.terminate()
        said = process.communicate(timeout=PATIENCE)[1]
        assert ("its learner can read the Hub's token" in said) is is_said
        assert TOKEN not in said


def test_started_by_hand_it_says_what_to_type_instead(scenario: Path) -> None:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("JUPYTERHUB_")}
    done = subprocess.run(command(scenario), env=clean, capture_output=True, text=True, timeout=PATIENCE)
    assert (done.returncode, "handrail play" in done.stderr) == (2, True)
