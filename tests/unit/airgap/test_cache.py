"""What appears in the cache is whole, made once, and goes on after any kill."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from airgap.cache import artefact, key_of, locked

from ...waiting import until
from .conftest import REPO

# Makes an artefact in two halves: after the first it says so and waits for a line on standard input.
BUILDER = """
import sys
from pathlib import Path
from airgap.cache import artefact

def make(folder):
    (folder / "first").write_text("made by " + sys.argv[1])
    print("half", flush=True)
    if not sys.stdin.readline():
        raise SystemExit("no more input")
    (folder / "second").write_text("made by " + sys.argv[1])

print(artefact("thing", "0123", make), flush=True)
"""


def builder(name: str) -> subprocess.Popen[str]:
    pipe = subprocess.PIPE
    command = [sys.executable, "-c", BUILDER, name]
    env = {**os.environ, "PYTHONPATH": str(REPO)}
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True, env=env)


def read_line(child: subprocess.Popen[str]) -> str:
    assert child.stdout is not None
    return child.stdout.readline().strip()


def test_artefact_is_there_only_when_whole(cache: Path) -> None:
    with builder("one") as child:
        assert read_line(child) == "half"
        assert not (cache / "artefacts").exists()
        child.communicate("go on\n")
    assert sorted(path.name for path in (cache / "artefacts" / "thing-0123").iterdir()) == ["first", "second"]
    assert not list((cache / "tmp").iterdir())


def test_two_ask_and_one_makes(cache: Path) -> None:
    with builder("one") as first, builder_waiting_for(first) as second:
        assert first.stdin is not None
        first.stdin.write("go on\n")
        first.stdin.flush()
        whole = str(cache / "artefacts" / "thing-0123")
        assert read_line(first) == whole
        assert read_line(second) == whole
    assert (cache / "artefacts" / "thing-0123" / "second").read_text() == "made by one"


def builder_waiting_for(first: subprocess.Popen[str]) -> subprocess.Popen[str]:
    assert read_line(first) == "half"
    second = builder("two")
    assert second.stderr is not None
    assert second.stderr.readline() == f"thing: process {first.pid} is making it; waiting for that\n"
    return second


def test_killed_builder_leaves_nothing_that_is_used(cache: Path) -> None:
    with builder("killed") as child:
        assert read_line(child) == "half"
        child.send_signal(signal.SIGKILL)
    (leftover,) = (cache / "tmp").iterdir()
    assert (leftover / "first").exists()
    with builder("next") as child:
        assert read_line(child) == "half"
        assert not leftover.exists()
        child.communicate("go on\n")
    texts = {path.read_text() for path in (cache / "artefacts" / "thing-0123").iterdir()}
    assert texts == {"made by next"}


def test_leftover_of_another_thing_goes_too_unless_it_is_being_made(cache: Path) -> None:
    with builder("killed") as child:
        assert read_line(child) == "half"
        child.kill()
    artefact("other", "4567", lambda folder: None)
    assert not list((cache / "tmp").iterdir())
    with builder("working") as child:
        assert read_line(child) == "half"
        artefact("third", "89ab", lambda folder: None)
        assert len(list((cache / "tmp").iterdir())) == 1
        child.communicate("go on\n")
    assert (cache / "artefacts" / "thing-0123" / "second").exists()


def test_failed_maker_leaves_nothing(cache: Path) -> None:
    def fail(folder: Path) -> None:
        (folder / "half").touch()
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        artefact("thing", "0123", fail)
    assert not list((cache / "tmp").iterdir())
    assert artefact("thing", "0123", lambda folder: (folder / "whole").touch()).name == "thing-0123"


def test_whole_artefact_is_not_made_again() -> None:
    made = []
    for _ in range(2):
        artefact("thing", "0123", made.append)
    assert len(made) == 1


def test_locks_of_different_keys_do_not_meet() -> None:
    with locked("thing", "one"), locked("thing", "two"):
        pass


def test_child_of_a_killed_parent_ends() -> None:
    script = """
import sys
from airgap.process import run
run(["sh", "-c", "echo $$ > " + sys.argv[1] + "; exec sleep 600"])
"""
    note = Path(os.environ["XDG_CACHE_HOME"]).parent / "pid"
    with subprocess.Popen(
        [sys.executable, "-c", script, str(note)], env={**os.environ, "PYTHONPATH": str(REPO)}
    ) as parent:
        until(lambda: note.exists() and note.read_text().strip())
        pid = int(note.read_text())
        assert _alive(pid)
        parent.kill()
    until(lambda: not _alive(pid))


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.parametrize("change", ["content", "name", "mode", "link"])
def test_key_changes_with_what_it_is_made_from(tmp_path: Path, change: str) -> None:
    folder = tmp_path / "inputs"
    folder.mkdir()
    (folder / "file").write_text("text")
    before = key_of("1.0", folder)
    match change:
        case "content":
            (folder / "file").write_text("Text")
        case "name":
            (folder / "file").rename(folder / "File")
        case "mode":
            (folder / "file").chmod(0o755)
        case "link":
            (folder / "link").symlink_to("file")
    assert key_of("1.0", folder) != before


def test_key_is_the_same_elsewhere(tmp_path: Path) -> None:
    for name in ("here", "there"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_text("text")
    (tmp_path / "there" / "file").chmod(0o600)
    assert key_of(tmp_path / "here") == key_of(tmp_path / "there")


def test_key_keeps_inputs_apart() -> None:
    assert key_of("ab", "c") != key_of("a", "bc")
