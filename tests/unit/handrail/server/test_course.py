"""A course that is played: many lessons behind one server, each opened when it is entered."""

from __future__ import annotations

import asyncio
import json
import shutil
import signal
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.exceptions import InvalidStatus

from handrail.scenario.lessons import Entry
from handrail.server import opening
from handrail.server.course import Course
from handrail.server.errors import RequestError
from handrail.server.lesson import Lesson
from handrail.server.preview.registry import Origins

from ....waiting import until, until_soon
from .player_process import Server, attach, output, start, type_line


def write_lesson(folder: Path, title: str) -> None:
    folder.mkdir(parents=True)
    (folder / "page.md").write_text("# One\n\n`touch ~/done`{{exec}}\n")
    (folder / "verify.sh").write_text("[ -e ~/done ]\n")
    steps = [{"title": "One", "text": "page.md", "verify": "verify.sh"}]
    (folder / "index.json").write_text(json.dumps({"title": title, "time": "5 minutes", "details": {"steps": steps}}))


def write_course(root: Path) -> None:
    """Two lessons in groups of their own, one that cannot be read, one that is not there, one that is not listed."""
    for name in ("beans", "peas", "unlisted"):
        write_lesson(root / name, name.title())
    (root / "rotten").mkdir()
    (root / "rotten" / "index.json").write_text("{nope")
    paths = [("beans", "Sow"), ("peas", "Reap"), ("rotten", "Reap"), ("missing", "Reap")]
    items = [{"path": path, "handrail": {"group": group}} for path, group in paths]
    (root / "structure.json").write_text(json.dumps({"title": "Garden", "items": items}))


@pytest.fixture
def course(tmp_path: Path) -> Path:
    write_course(tmp_path / "course")
    return tmp_path / "course"


@pytest.fixture
def server(course: Path, tmp_path: Path) -> Iterator[Server]:
    started = start(course, tmp_path / "workspaces")
    yield started
    if started.process.poll() is None:
        started.stop()


def enter(server: Server, lesson: str) -> httpx.Response:
    server.lesson = lesson
    return server.post("enter")


def standing(server: Server) -> dict[str, str]:
    return {each["id"]: each["standing"] for each in server.get("/api/home").json()["lessons"]}


def pass_check(server: Server) -> None:
    server.post("blocks/step1-1/run")
    until(lambda: server.get("state").json()["blocks"].get("step1-1", {}).get("state") == "ended")
    server.post("pages/step1/check")
    until(lambda: server.get("state").json()["pages"][0]["passed"])


def test_list_has_the_lessons_in_their_order_and_says_what_is_wrong_with_one(server: Server) -> None:
    home = server.get("/api/home").json()
    assert (home["title"], home["single"]) == ("Garden", False)
    assert [(each["title"], each["group"], each["standing"]) for each in home["lessons"]] == [
        ("Beans", "Sow", "new"), ("Peas", "Reap", "new"), ("rotten", "Reap", "broken"), ("missing", "Reap", "gone"),
    ]  # fmt: skip
    assert home["lessons"][0]["time"] == "5 minutes"
    assert "index.json" in home["lessons"][2]["reason"]


def test_lesson_is_opened_when_it_is_entered_and_not_before(server: Server) -> None:
    server.lesson = "beans"
    refused = server.get("state")
    assert (refused.status_code, refused.json()["closed"]) == (409, True)
    with pytest.raises(InvalidStatus) as refusal, server.socket("events"):
        pass
    assert refusal.value.response.status_code == 409
    assert enter(server, "beans").status_code == 200
    assert server.get("state").json()["title"] == "Beans"
    assert [each["open"] for each in server.get("/api/home").json()["lessons"]] == [True, False, False, False]
    assert server.post("close").status_code == 200
    assert server.get("state").status_code == 409


def test_lesson_that_cannot_be_read_and_one_that_does_not_exist_are_a_sentence(server: Server) -> None:
    assert enter(server, "nothing").status_code == 404
    rotten = enter(server, "rotten")
    assert rotten.status_code == 500
    assert "index.json" in rotten.json()["error"]


def test_lessons_have_homes_terminals_and_progress_of_their_own(server: Server) -> None:
    for lesson in ("beans", "peas"):
        assert enter(server, lesson).status_code == 200
    with server.socket("terminals/T1/socket") as socket:
        attach(socket)
        type_line(socket, 0, "touch ~/pod; echo made-$((6*7))")
        output(socket, b"made-42")
    server.lesson = "beans"
    pass_check(server)
    assert standing(server) == {"beans": "done", "peas": "begun", "rotten": "broken", "missing": "gone"}
    assert [path.name for path in sorted((server.workspace / "beans/home").iterdir())] == ["done"]
    assert (server.workspace / "peas/home/pod").exists()


def test_entering_twice_at_once_opens_one_session(server: Server) -> None:
    async def both() -> list[int]:
        async with httpx.AsyncClient(trust_env=False, headers=server.signed_in, timeout=30) as client:
            server.lesson = "beans"
            answers = await asyncio.gather(*(client.post(server.at("enter")) for _ in range(4)))
            return [answer.status_code for answer in answers]

    assert asyncio.run(both()) == [200] * 4
    assert len(server.get("state").json()["terminals"]) == 1


def test_lesson_that_another_player_has_open_says_so_and_can_be_entered_later(
    server: Server, course: Path, tmp_path: Path
) -> None:
    other = start(course / "beans", tmp_path / "workspaces" / "beans")
    refused = enter(server, "beans")
    assert refused.status_code == 409
    assert "another handrail" in refused.json()["error"]
    other.stop()
    assert enter(server, "beans").status_code == 200


def test_lesson_that_is_deleted_while_it_is_open_goes_on_and_is_told_in_the_list(server: Server, course: Path) -> None:
    enter(server, "beans")
    shutil.rmtree(course / "beans")
    assert server.get("state").status_code == 200
    page = server.get("pages/step1")
    assert page.status_code == 404
    assert page.json()["error"]
    assert standing(server)["beans"] == "gone"
    assert server.post("close").status_code == 200
    assert enter(server, "beans").status_code == 500


def test_killed_player_comes_back_with_the_same_token_and_each_lesson_where_it_was(
    server: Server, course: Path, tmp_path: Path
) -> None:
    enter(server, "peas")
    pass_check(server)
    server.stop(signal.SIGKILL)
    again = start(course, tmp_path / "workspaces")
    assert again.token == server.token
    assert standing(again)["peas"] == "done"
    enter(again, "peas")
    now = again.get("state").json()
    assert (now["current"], now["pages"][0]["passed"]) == ("step1", True)
    again.stop()


def test_without_host_a_lesson_that_no_container_takes_names_the_command(
    course: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    args = Namespace(
        scenario=course, workspace=tmp_path, host=False, image=None, language="",
        watch=False, instructor=False, record=None,
    )  # fmt: skip
    lesson = Lesson(Entry("beans", course / "beans", "beans"), "", tmp_path / "beans")
    with pytest.raises(RequestError, match=r"press Ctrl-C .* --host$") as refusal:
        asyncio.run(opening.open_lesson(lesson, args, Origins(1, 2, ""), None))
    assert refusal.value.status == 403


def test_lesson_that_nobody_uses_is_closed_and_says_so_when_it_is_entered_again(course: Path, tmp_path: Path) -> None:
    args = Namespace(
        scenario=course, workspace=tmp_path, host=True, image=None, language="", watch=False, instructor=False,
        record=None,
    )  # fmt: skip
    lessons = [Lesson(Entry(name, course / name, name), "", tmp_path / name) for name in ("beans", "peas")]

    async def leave_it() -> str:
        played = Course(
            "id", "Garden", "", lessons, lambda lesson: opening.open_lesson(lesson, args, Origins(1, 2, ""), None),
            is_single=False, idle_limit=0.2,
        )  # fmt: skip
        serving = asyncio.create_task(played.serve())
        await played.enter("beans")
        await played.enter("peas")
        busy = played.player("peas")
        busy.tasks.spawn(asyncio.sleep(60))
        await until_soon(lambda: not played.state()["lessons"][0]["open"])
        assert played.player("peas") is busy
        await played.enter("beans")
        notice = played.player("beans").page_state.notice
        serving.cancel()
        await played.stop()
        return notice

    assert "closed because nobody had used it" in asyncio.run(leave_it())


SHARED = {"status": "status.sh", "cleanup": "scripts/clean.sh"}


@pytest.fixture
def sharing(course: Path, tmp_path: Path) -> Iterator[Server]:
    """A course whose lessons share a file beside them, which stands for a cluster."""
    (course / "scripts").mkdir()
    (course / "status.sh").write_text('[ -e "$SCENARIO_DIR/cluster" ] && echo One runs || exit 1\n')
    (course / "scripts/clean.sh").write_text('rm -f "$SCENARIO_DIR/cluster"; [ ! -e "$SCENARIO_DIR/stuck" ]\n')
    listing = json.loads((course / "structure.json").read_text())
    (course / "structure.json").write_text(json.dumps({**listing, "handrail": SHARED}))
    started = start(course, tmp_path / "workspaces")
    yield started
    started.stop()


def home(server: Server) -> dict[str, Any]:
    return dict(server.get("/api/home").json())


def test_lamp_tells_what_the_lessons_share_while_a_page_is_watched(sharing: Server, course: Path) -> None:
    assert home(sharing)["lamp"] is None
    enter(sharing, "beans")
    assert sharing.get("state").json()["lamp"] is None
    (course / "cluster").touch()
    with sharing.socket("events"):
        until(lambda: sharing.get("state").json()["lamp"] == {"on": True, "line": "One runs"})
    assert home(sharing)["lamp"] == {"on": True, "line": "One runs"}


def test_stop_all_closes_the_lessons_and_removes_what_they_share(sharing: Server, course: Path) -> None:
    (course / "cluster").touch()
    for lesson in ("beans", "peas"):
        enter(sharing, lesson)
        pass_check(sharing)
    assert sharing.post("/api/home/stop-all").status_code == 200
    until(lambda: "Everything is stopped" in home(sharing)["said"])
    assert not (course / "cluster").exists()
    assert not any(each["open"] for each in home(sharing)["lessons"])
    assert standing(sharing)["beans"] == "done"
    assert enter(sharing, "beans").status_code == 200


def test_stop_all_that_fails_says_where_to_look(sharing: Server, course: Path) -> None:
    (course / "stuck").touch()
    enter(sharing, "beans")
    sharing.post("/api/home/stop-all")
    until(lambda: not home(sharing)["stopping"] and home(sharing)["said"])
    assert "scripts/clean.sh ended with status 1. Its output: " in home(sharing)["said"]
    assert Path(home(sharing)["said"].rpartition(" ")[2]).is_file()
