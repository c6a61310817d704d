"""The routes of the lesson's files, used and attacked over the wire of a real player."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from handrail.runtime.files import MOST_BYTES

from .player_process import Server, start

PAGE = """# One

Look at `notes/a.txt`{{open}}, at `~/b.txt`{{open}} and at `/etc/hostname`{{open}}.

<pre class="file" data-filename="made.txt" data-target="append">
line
</pre>

`echo one`{{exec}}
"""


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("course") / "lesson"
    root.mkdir()
    (root / "page.md").write_text(PAGE)
    index = {
        "title": "Files",
        "files": ["first.py"],
        "environment": {"uieditorpath": "/root/project", "uilayout": "editor-terminal"},
        "details": {"steps": [{"title": "One", "text": "page.md"}]},
    }
    (root / "index.json").write_text(json.dumps(index))
    return root


@pytest.fixture(scope="module")
def server(scenario: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    started = start(scenario, tmp_path_factory.mktemp("workspace"))
    yield started
    started.stop()


@pytest.fixture
def home(server: Server) -> Path:
    return server.workspace / "home"


def read(server: Server, path: str) -> tuple[int, Any]:
    answer = server.get(f"files/text?path={path}")
    return answer.status_code, answer.json()


def test_a_text_is_saved_by_its_version_and_a_newer_one_is_not_lost(server: Server, home: Path) -> None:
    first = server.save("a/ü b.txt", "one\r\n").json()["version"]
    assert read(server, "a/ü b.txt") == (200, {"text": "one\r\n", "version": first, "isWritable": True})
    (home / "a/ü b.txt").write_text("theirs\n")
    refusal = server.save("a/ü b.txt", "mine\n", first)
    told = refusal.json()
    assert (refusal.status_code, told["changed"], told["text"]) == (409, True, "theirs\n")
    assert server.save("a/ü b.txt", "mine\n", told["version"]).status_code == 200
    assert (home / "a/ü b.txt").read_text() == "mine\n"
    (home / "a/ü b.txt").unlink()
    assert server.save("a/ü b.txt", "more\n", told["version"]).json()["version"] == ""


def test_versions_of_many_files_are_told_at_once(server: Server, home: Path) -> None:
    version = server.save("v.txt", "v").json()["version"]
    (home / "folder").mkdir()
    answer = server.post("files/versions", {"paths": ["v.txt", "gone.txt", "folder"]})
    assert answer.json() == {"v.txt": version, "gone.txt": ""}
    assert server.post("files/versions", {"paths": ["x"] * 51}).status_code == 400
    assert server.post("files/versions", {"paths": "v.txt"}).status_code == 400


def test_files_and_folders_are_listed_made_renamed_and_deleted(server: Server, home: Path) -> None:
    assert server.post("files/new", {"path": "t/one.py", "kind": "file"}).status_code == 200
    assert server.post("files/new", {"path": "t/sub", "kind": "folder"}).status_code == 200
    assert server.post("files/rename", {"path": "t/one.py", "to": "t/two.py"}).status_code == 200
    entries = [{"name": "sub", "kind": "folder"}, {"name": "two.py", "kind": "file"}]
    assert server.get("files?path=t").json() == {"entries": entries, "isCut": False}
    again = server.post("files/new", {"path": "t/two.py", "kind": "file"})
    assert (again.status_code, again.json()["error"]) == (403, "There is t/two.py already. Choose another name.")
    assert "not empty" in server.post("files/delete", {"path": "t"}).json()["error"]
    for path in ("t/sub", "t/two.py", "t"):
        assert server.post("files/delete", {"path": path}).status_code == 200
    assert not (home / "t").exists()
    assert server.post("files/delete", {"path": 1}).status_code == 400


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("../progress.json", 200),  # may be read: the learner's shell can
        ("/proc/self/environ", 403),
        ("to-proc/environ", 403),
        ("/dev/zero", 403),
        ("pipe", 403),
        ("large", 403),
        ("binary", 403),
        ("latin", 403),
        ("%00", 403),
        ("nothing", 404),
    ],
)
def test_what_is_no_text_is_refused_with_a_sentence(server: Server, home: Path, path: str, status: int) -> None:
    for name in ("to-proc", "pipe", "large", "binary", "latin"):
        (home / name).unlink(missing_ok=True)
    (home / "to-proc").symlink_to("/proc/self")
    os.mkfifo(home / "pipe")
    (home / "large").write_bytes(b"x" * (MOST_BYTES + 1))
    (home / "binary").write_bytes(b"\x7fELF\0")
    (home / "latin").write_bytes(b"\xe4\n")
    found, told = read(server, path)
    assert found == status
    assert status == 200 or told["error"]


@pytest.mark.parametrize("path", ["../progress.json", "out/progress.json", "/etc/hostname", "a/../../x", "~/../x"])
def test_nothing_outside_the_home_is_changed(server: Server, home: Path, path: str) -> None:
    (home / "a").mkdir(exist_ok=True)
    if not (home / "out").exists():
        (home / "out").symlink_to("..")
    before = (server.workspace / "progress.json").read_bytes()
    for attack in (
        server.save(path, "mine", read(server, path)[1].get("version", "")),
        server.post("files/new", {"path": f"{path}.new", "kind": "file"}),
        server.post("files/new", {"path": f"{path}.new", "kind": "folder"}),
        server.post("files/rename", {"path": "a", "to": f"{path}.new"}),
        server.post("files/rename", {"path": path, "to": "mine"}),
        server.post("files/delete", {"path": path}),
    ):
        assert attack.status_code == 403
        assert "outside the lesson's home" in attack.json()["error"]
    assert (server.workspace / "progress.json").read_bytes() == before
    assert not list(server.workspace.glob("*.new"))


def test_a_text_that_is_too_large_is_refused(server: Server, home: Path) -> None:
    assert server.save("most.txt", b"x" * MOST_BYTES).status_code == 200
    assert server.save("more.txt", b"x" * (MOST_BYTES + 1)).status_code == 413
    assert not (home / "more.txt").exists()


def test_blocks_name_their_files_below_the_editors_root(server: Server, home: Path) -> None:
    names = [server.get(f"blocks/step1-{number}/file").json()["path"] for number in (1, 2, 3, 4)]
    assert names == ["project/notes/a.txt", "b.txt", "/etc/hostname", "project/made.txt"]
    assert server.get("blocks/step1-5/file").status_code == 400
    for _ in range(2):
        assert server.post("blocks/step1-4/file").json() == {"path": "project/made.txt"}
    assert (home / "project/made.txt").read_text() == "line\nline\n"
    assert server.post("blocks/step1-1/file").status_code == 400


def test_the_page_is_told_what_is_open_at_the_start(server: Server) -> None:
    editor = server.get("state").json()["editor"]
    assert editor == {"root": "project", "files": ["project/first.py"], "first": True}


def test_a_killed_player_has_lost_nothing_that_was_saved(scenario: Path, tmp_path: Path) -> None:
    server = start(scenario, tmp_path / "w")
    version = server.save("x.txt", "a" * 1_000_000).json()["version"]
    version = server.save("x.txt", "b" * 1_000_000, version).json()["version"]
    server.process.send_signal(signal.SIGKILL)
    server.process.communicate()
    server = start(scenario, tmp_path / "w")
    assert read(server, "x.txt")[1]["version"] == version
    server.stop()
