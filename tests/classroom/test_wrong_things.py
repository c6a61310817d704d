"""What an instructor does wrong: each ends in a sentence with what to type, and nothing is lost."""

from __future__ import annotations

import os
import shlex
import signal
import socket
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from ..ports import free_ports
from ..waiting import PATIENCE, until
from .conftest import ANNA, TEACHER, Classroom
from .learner import Learner
from .local import LOCAL, SCENARIO

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="learners' accounts are made by root alone")

Start = Callable[..., str]


@pytest.fixture
def refused(tmp_path: Path) -> Start:
    """What `local.sh` says when it does not start, in a folder of its own. A setting that is None is left out."""

    def start(*words: str, **settings: str | None) -> str:
        told = {
            "DIR": str(tmp_path / "room"),
            "ROSTER": str(tmp_path / "names.txt"),
            "TEACHER": "hw-teacher",
        } | settings
        plain = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
        given = plain | {name: value for name, value in told.items() if value is not None}
        done = subprocess.run([LOCAL, *words], env=given, capture_output=True, text=True, timeout=PATIENCE, check=False)
        assert done.returncode == 1
        assert not (tmp_path / "room" / "homes" / "hw-anna").exists()
        return done.stderr

    (tmp_path / "names.txt").write_text("hw-anna\n")
    return start


def command_in(said: str) -> list[str]:
    """The command at the end of what was said."""
    return shlex.split(said.rstrip().rpartition(": ")[2].rstrip("."))


@pytest.mark.parametrize(
    ("roster", "said"),
    [
        ("Anna\n", "Anna cannot be an account: use a-z, 0-9 and -, beginning with a letter. Change it in "),
        ("hw-anna\n;reboot\n", ";reboot cannot be an account"),
        ("hw-anna,hw-ben\n", "hw-anna,hw-ben cannot be an account"),
        ("hw-anna hw-anna\nmüller\n", "müller cannot be an account"),
        ("daemon\n", "daemon is an account of this machine already, and none of the classroom's. Change it in "),
        ("", "no name is in "),
        ("# nobody yet\n\n", "no name is in "),
        (None, "there is no file "),
    ],
)
def test_a_roster_that_cannot_be(refused: Start, tmp_path: Path, roster: str | None, said: str) -> None:
    names = tmp_path / "names.txt"
    names.write_text(roster or "")
    if roster is None:
        names.unlink()
    assert said in refused(str(SCENARIO))


def test_a_roster_as_windows_writes_it(refused: Start, tmp_path: Path) -> None:
    (tmp_path / "names.txt").write_bytes(b"\xef\xbb\xbfhw-anna\r\nDaemon\r\n")
    assert refused(str(SCENARIO)).startswith("classroom: Daemon cannot be")


def test_what_is_missing_or_wrong_is_named_with_the_command_that_has_it(refused: Start, tmp_path: Path) -> None:
    course = str(SCENARIO)
    assert command_in(refused())[-1] == "my-course"
    assert command_in(refused(""))[-1] == "my-course"
    assert "there is no folder " in refused(str(tmp_path / "no where"))
    assert "ROSTER=names.txt" in command_in(refused(course, ROSTER=None))
    assert "TEACHER=instructor" in command_in(refused(course, TEACHER="root"))
    assert "PORT is to be a whole number, and not http." in refused(course, PORT="http")
    assert "IDLE is to be a whole number" in refused(course, IDLE="1h")
    assert "there is no file /nowhere.pem that can be read" in refused(course, CERT="/nowhere.pem", KEY="/nowhere.pem")


def test_a_folder_that_is_somebodys_is_neither_written_over_nor_removed(refused: Start, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    (mine / "course").mkdir(parents=True)
    (mine / "course" / "work.txt").write_text("mine")
    said = refused(str(SCENARIO), DIR=str(mine))
    assert f"DIR={mine}/classroom" in command_in(said)
    done = subprocess.run([LOCAL, "--remove"], env=os.environ | {"DIR": str(mine)}, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, f"classroom: there is none in {mine}\n")
    assert (mine / "course" / "work.txt").read_text() == "mine"


def test_a_folder_that_learners_cannot_get_into(refused: Start, tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    assert "because a folder above it is closed to them" in refused(str(SCENARIO), DIR=str(closed / "room"))


def test_a_port_that_is_taken(refused: Start) -> None:
    open_to_all = tempfile.TemporaryDirectory(prefix="handrail-classroom-", dir="/var/tmp")
    with open_to_all as folder, socket.create_server(("127.0.0.1", 0)) as taken:
        os.chmod(folder, 0o755)
        port = taken.getsockname()[1]
        said = refused(str(SCENARIO), PORT=str(port), DIR=f"{folder}/room")
    assert f"another program has port {port} of this machine" in said
    assert f"PORT={port + 10}" in command_in(said)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["learners.sh"], "the roster is missing, a file with a name on each line: "),
        (["learners.sh", "--chekc"], "--chekc is no option; there are --check, --passwords and --remove."),
        (["learners.sh", "--check", "names.txt"], "-ben cannot be a namespace"),
        (["learners.sh", "nobody.txt"], "there is no file nobody.txt. Make one with a name on each line: printf"),
        (["learners.sh", "--remove"], "whom? Name the learners to remove: "),
        (["kind.sh"], "COURSE is missing, the folder of a scenario or course: "),
        (["kind.sh", "."], "-ben cannot be a namespace"),
        (["images.sh", "nowhere"], "there is no folder nowhere. Name the one of a scenario or course: "),
    ],
)
def test_the_scripts_for_kubernetes_refuse_before_they_ask_a_cluster(
    tmp_path: Path, words: list[str], said: str
) -> None:
    (tmp_path / "names.txt").write_bytes(b"\xef\xbb\xbfanna\r\n-ben\r\n")
    given = os.environ | {"KUBECONFIG": str(tmp_path / "none"), "ROSTER": "names.txt"}
    script = [LOCAL.parent / "kubernetes" / words[0], *words[1:]]
    done = subprocess.run(script, cwd=tmp_path, env=given, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith(f"classroom: {said}")


def test_a_classroom_that_runs_is_left_alone(classroom: Classroom, refused: Start) -> None:
    anna = Learner(classroom, ANNA)
    again = classroom.environment | {"DIR": str(classroom.folder)}
    for words in ([str(SCENARIO)], ["--remove"]):
        done = subprocess.run([LOCAL, *words], env=again, capture_output=True, text=True, timeout=PATIENCE, check=False)
        assert (done.returncode, "this classroom runs" in done.stderr) == (1, True)
    assert "is at home in a classroom of another folder" in refused(str(SCENARIO), TEACHER=TEACHER)
    with anna.shell() as terminal:
        assert "goes on" in terminal.says("echo goes on")


def test_a_second_classroom_and_one_that_was_killed_are_removed_each_by_itself(
    classroom: Classroom, tmp_path: Path
) -> None:
    anna = Learner(classroom, ANNA)
    other = Path(f"{classroom.folder}-2")
    names = tmp_path / "names.txt"
    names.write_text("hw-anna\n")
    settings = {"DIR": str(other), "ROSTER": str(names), "TEACHER": "hw-teacher"}
    port, *others = free_ports(4)
    ports = dict(zip(("PORT", "HUB_PORT", "PROXY_PORT", "BOARD_PORT"), map(str, (port, *others)), strict=True))
    room = Classroom(other, port, classroom.environment | settings | ports)
    try:
        room.start()
        second = Learner(room, "hw-anna")
        with second.shell() as terminal:
            terminal.says("(setsid sleep 1000 &)")
    finally:
        room.end(signal.SIGKILL)
        done = subprocess.run([LOCAL, "--remove"], env=room.environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert not other.exists()
    assert "hw-" not in Path("/etc/passwd").read_text()
    with anna.shell() as terminal:
        assert "goes on" in terminal.says("echo goes on")
    until(lambda: anna.ask("state").status_code == 200, "her lesson")
