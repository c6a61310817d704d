"""An editor's files: nothing outside the home is touched, nothing is lost, and a refusal says what to do."""

from __future__ import annotations

import os
import resource
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from handrail.runtime.container_files import ContainerFiles
from handrail.runtime.files import (
    MOST_BYTES,
    MOST_ENTRIES,
    Content,
    Entry,
    FileChanged,
    FileMissing,
    FileRefused,
    Files,
)
from handrail.runtime.home_files import HomeFiles

OLD = Content(b"old\n", True).version


@pytest.fixture
def home(tmp_path: Path) -> Path:
    made = tmp_path / "home"
    made.mkdir()
    (tmp_path / "secret").write_text("secret\n")
    return made


def in_container(home: Path) -> Files:
    """The script that works in containers, in a shell here."""

    def execute(command: list[str], data: bytes) -> bytes:
        done = subprocess.run(command, input=data, capture_output=True, env={**os.environ, "HOME": str(home)})
        if done.returncode:
            raise OSError(done.returncode, done.stderr.decode())
        return done.stdout

    return ContainerFiles(execute)


@pytest.fixture(params=[HomeFiles, in_container])
def files(request: pytest.FixtureRequest, home: Path) -> Files:
    """Both ways to the same home."""
    made: Files = request.param(home)
    return made


def test_a_folder_is_listed_with_what_its_links_lead_to(files: Files, home: Path) -> None:
    (home / "b").mkdir()
    (home / ".hidden").write_text("")
    (home / "ä b.txt").write_text("")
    (home / "link").symlink_to("b")
    (home / "gone").symlink_to("nowhere")
    os.mkfifo(home / "pipe")
    assert files.entries("") == [
        Entry("b", "folder"), Entry("link", "folder"), Entry(".hidden", "file"), Entry("gone", "other"),
        Entry("pipe", "other"), Entry("ä b.txt", "file"),
    ]  # fmt: skip
    assert files.entries("~/b") == []
    with pytest.raises(FileMissing, match="There is no nothing"):
        files.entries("nothing")


def test_a_listing_ends(home: Path) -> None:
    for number in range(MOST_ENTRIES + 3):
        (home / str(number)).touch()
    assert len(HomeFiles(home).entries("")) == MOST_ENTRIES


@pytest.mark.parametrize("data", [b"", b"no end", b"a\r\nb\r\n", b"a\r\nb\n", "\ufeffü\n".encode()])
def test_bytes_are_kept_as_they_are(files: Files, home: Path, data: bytes) -> None:
    files.write("a b/ü.txt", data, "")
    assert (home / "a b/ü.txt").read_bytes() == data
    assert files.read("~/a b/ü.txt") == Content(data, True)


def test_a_save_replaces_the_version_that_was_read_and_no_other(files: Files, home: Path) -> None:
    (home / "x").write_text("old\n")
    files.write("x", b"new\n", OLD)
    with pytest.raises(FileChanged) as changed:
        files.write("x", b"lost\n", OLD)
    assert changed.value.now == Content(b"new\n", True)
    with pytest.raises(FileChanged):
        files.write("x", b"lost\n", "")
    (home / "x").unlink()
    with pytest.raises(FileChanged) as changed:
        files.write("x", b"lost\n", OLD)
    assert changed.value.now is None
    assert os.listdir(home) == []


def test_a_save_keeps_rights_and_goes_where_a_link_leads(files: Files, home: Path) -> None:
    script = home / "run.sh"
    script.write_text("old\n")
    script.chmod(0o750)
    (home / "link").symlink_to("run.sh")
    files.write("link", b"new\n", OLD)
    assert script.read_text() == "new\n"
    assert script.stat().st_mode & 0o777 == 0o750
    assert (home / "link").is_symlink()
    assert sorted(os.listdir(home)) == ["link", "run.sh"]


def test_what_was_made_read_only_is_read_only(files: Files, home: Path) -> None:
    (home / "x").write_text("old\n")
    (home / "x").chmod(0o444)
    assert files.read("x") == Content(b"old\n", False)
    with pytest.raises(FileRefused, match=r"may be read and not written.*ls -l x"):
        files.write("x", b"new\n", OLD)


def test_a_folder_that_went_away_is_made_again_for_a_text_that_is_new(files: Files, home: Path) -> None:
    with pytest.raises(FileChanged) as changed:
        files.write("gone/x", b"mine\n", OLD)
    assert changed.value.now is None
    files.write("gone/x", b"mine\n", "")
    assert (home / "gone/x").read_text() == "mine\n"


Act = Callable[[Files], object]


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (lambda files: files.read("folder"), "folder is a folder"),
        (lambda files: files.write("folder", b"", None), "folder is a folder"),
        (lambda files: files.read("pipe"), "not a file with a text"),
        (lambda files: files.write("pipe", b"", None), "not a file with a text"),
        (lambda files: files.read("large"), "up to 2 MiB"),
        (lambda files: files.write("x", b"x" * (MOST_BYTES + 1), None), "up to 2 MiB"),
        (lambda files: files.read("x/y"), "no x/y|a file, not a folder"),
        (lambda files: files.read("nothing"), "There is no nothing"),
        (lambda files: files.read("a\0b"), "Choose another"),
        (lambda files: files.make_folder("x"), "There is x already"),
        (lambda files: files.rename("x", "folder"), "There is folder already"),
        (lambda files: files.rename("nothing", "y"), "There is no nothing"),
        (lambda files: files.delete("folder"), "not empty.*rm -r folder"),
        (lambda files: files.delete(""), "home folder, which stays"),
        (lambda files: files.delete("nothing"), "There is no nothing"),
        (lambda files: files.read("/proc/self/environ"), "not a file with a text"),
        (lambda files: files.read("/dev/zero"), "not a file with a text"),
        (lambda files: files.read("to-proc/environ"), "not a file with a text"),
    ],
)
def test_a_refusal_says_why_and_changes_nothing(files: Files, home: Path, act: Act, words: str) -> None:
    (home / "folder").mkdir()
    (home / "folder/inner").touch()
    (home / "x").touch()
    os.mkfifo(home / "pipe")
    with (home / "large").open("wb") as large:
        large.truncate(MOST_BYTES + 1)
    (home / "to-proc").symlink_to("/proc/self")
    before = sorted(str(path) for path in home.rglob("*"))
    with pytest.raises(FileRefused, match=words):
        act(files)
    assert sorted(str(path) for path in home.rglob("*")) == before


def test_files_are_made_renamed_and_deleted(files: Files, home: Path) -> None:
    files.make_folder("a/b")
    files.write("a/b/x", b"x", "")
    files.rename("a/b/x", "c/ü x")
    files.delete("a/b")
    assert sorted(str(path.relative_to(home)) for path in home.rglob("*")) == ["a", "c", "c/ü x"]
    files.delete("c/ü x")
    (home / "link").symlink_to("a")
    files.rename("link", "other")
    files.delete("other")
    assert sorted(str(path.relative_to(home)) for path in home.rglob("*")) == ["a", "c"]


def test_binary_and_other_encodings_are_said() -> None:
    with pytest.raises(FileRefused, match="not a text"):
        Content(b"a\0b", True).text("x")
    with pytest.raises(FileRefused, match=r"not in UTF-8 \(byte 2\)"):
        Content("aä".encode("latin-1"), True).text("x")


# On this machine the home is a wall for the editor.


@pytest.mark.parametrize("path", ["../secret", "out/secret", "file", "a/../../secret", "/etc/hostname", "~/../secret"])
def test_nothing_is_written_outside_the_home(home: Path, path: str) -> None:
    (home / "out").symlink_to("..")
    (home / "file").symlink_to(home.parent / "secret")
    (home / "x").touch()
    (home / "a").mkdir()
    files = HomeFiles(home)
    with pytest.raises(FileRefused, match="outside the lesson's home"):
        files.write(path, b"mine\n", None)
    for act in (files.make_folder, lambda to: files.rename("x", to)):
        if path != "file":  # the link itself is in the home
            with pytest.raises(FileRefused, match=r"outside the lesson's home|is x already"):
                act(path)
    if path != "file":
        with pytest.raises(FileRefused, match="outside the lesson's home"):
            files.delete(path)
    assert (home.parent / "secret").read_text() == "secret\n"


def test_a_file_outside_may_be_read_where_a_link_leads_to_it(home: Path) -> None:
    (home / "file").symlink_to(home.parent / "secret")
    assert HomeFiles(home).read("file") == Content(b"secret\n", False)
    assert HomeFiles(home).read(str(home.parent / "secret")) == Content(b"secret\n", False)


def test_absolute_paths_of_the_home_are_the_home(home: Path) -> None:
    (home / "x").write_text("old\n")
    (home / "link").symlink_to(home / "x")
    files = HomeFiles(home)
    files.write("link", b"new\n", OLD)
    assert [files.read(path).data for path in ("/root/x", str(home / "x"), "~/x", "./x")] == [b"new\n"] * 4


@pytest.mark.parametrize("target", ["round", "/proc/self/fd/0", "/dev/zero", "/dev/tty"])
def test_links_in_circles_and_to_devices_are_refused(home: Path, target: str) -> None:
    (home / "round").symlink_to(target)
    with pytest.raises(FileRefused, match=r"circle|not a file"):
        HomeFiles(home).read("round")


def test_a_socket_is_not_opened(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(home)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket")
        with pytest.raises(FileRefused, match="not a file"):
            HomeFiles(home).read("socket")


def test_a_folder_that_becomes_a_link_at_the_wrong_moment_leads_nowhere(home: Path) -> None:
    outside = home.parent / "outside"
    for folder in (home / "way", outside):
        folder.mkdir()
        (folder / "x").write_text("old\n")
    (home / "trap").symlink_to(outside)
    untouched = (outside / "x").stat().st_ino
    is_over = threading.Event()

    def swap() -> None:
        while not is_over.is_set():
            for name, to in (("way", "aside"), ("trap", "way"), ("way", "trap"), ("aside", "way")):
                os.rename(home / name, home / to)

    attacker = threading.Thread(target=swap)
    attacker.start()
    try:
        ends = {"written": 0, "refused": 0}
        while min(ends.values()) < 100:
            try:
                HomeFiles(home).write("way/x", b"old\n", OLD)
                ends["written"] += 1
            except FileRefused:
                ends["refused"] += 1
    finally:
        is_over.set()
        attacker.join()
    assert (outside / "x").stat().st_ino == untouched


def test_a_full_disk_leaves_the_old_text(home: Path) -> None:
    (home / "x").write_text("old\n")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, limits[1]))
    try:
        with pytest.raises(OSError, match="too large"):
            HomeFiles(home).write("x", b"n" * 5000, OLD)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert (home / "x").read_text() == "old\n"
    assert os.listdir(home) == ["x"]


def test_a_container_save_that_is_cut_off_leaves_the_old_text(home: Path) -> None:
    (home / "x").write_text("old\n")

    def cut_off(command: list[str], data: bytes) -> bytes:
        done = subprocess.run(command, input=data[:3], capture_output=True, env={**os.environ, "HOME": str(home)})
        raise OSError(done.returncode, "the player was killed")

    with pytest.raises(FileRefused):
        ContainerFiles(cut_off).write("x", b"new text\n", OLD)
    assert (home / "x").read_text() == "old\n"
    assert os.listdir(home) == ["x"]


def test_kill_at_any_moment_leaves_a_whole_text(home: Path) -> None:
    texts = [letter * 400_000 for letter in "ab"]
    (home / "x").write_text(texts[0])
    program = (
        "import sys; from pathlib import Path; from handrail.runtime.home_files import HomeFiles\n"
        "files = HomeFiles(Path(sys.argv[1])); print(flush=True)\n"
        "while True:\n"
        "    for letter in b'ab': files.write('x', bytes([letter]) * 400_000, None)\n"
    )
    for wait in range(5):
        saver = subprocess.Popen([sys.executable, "-c", program, str(home)], stdout=subprocess.PIPE)
        assert saver.stdout is not None
        saver.stdout.readline()
        threading.Event().wait(wait * 0.013)
        saver.kill()
        saver.wait()
        saver.stdout.close()
        assert (home / "x").read_text() in texts
