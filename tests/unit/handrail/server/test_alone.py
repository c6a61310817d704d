"""A scenario that is played alone and makes something on this machine: whether that runs, and the end of it."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed

from ....waiting import until
from .player_process import Server, start

SCRIPTS = {"status": "status.sh", "cleanup": "clean.sh"}


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    root = tmp_path / "scenario"
    root.mkdir()
    (root / "page.md").write_text("# One\n\n`touch ~/cluster`{{exec}}\n")
    (root / "status.sh").write_text("[ -e ~/cluster ] && echo One runs\n")
    (root / "clean.sh").write_text("rm -f ~/cluster; [ ! -e ~/stuck ]\n")
    steps = [{"title": "One", "text": "page.md"}]
    (root / "index.json").write_text(json.dumps({"title": "Beans", "details": {"steps": steps}, "handrail": SCRIPTS}))
    return root


@pytest.fixture
def server(scenario: Path, tmp_path: Path) -> Iterator[Server]:
    started = start(scenario, tmp_path / "workspace")
    yield started
    started.stop()


def test_lamp_and_stop_all_are_there_for_one_scenario_too(server: Server) -> None:
    home = server.get("/api/home").json()
    assert (home["single"], home["removes"]) == (True, "clean.sh")
    server.post("blocks/step1-1/run")
    cluster = server.workspace / "home" / "cluster"
    with server.socket("events") as events:
        until(lambda: server.get("state").json()["lamp"] == {"on": True, "line": "One runs"})
        assert cluster.exists()
        server.post("/api/home/stop-all")
        # The page is let go, and learns why when it asks.
        with suppress(ConnectionClosed):
            deque(events, maxlen=0)
    until(lambda: "Everything is stopped" in server.get("/api/home").json()["said"])
    assert not cluster.exists()
    assert server.get("state").json()["closed"] is True
    assert server.post("enter").status_code == 200
    assert server.get("/api/home").json()["said"] == "", "it is not so any more"
    server.post("blocks/step1-1/run")
    until(cluster.exists)


def test_clean_up_that_fails_is_told_and_the_lesson_can_be_opened_again(server: Server) -> None:
    server.post("blocks/step1-1/run")
    (server.workspace / "home" / "stuck").touch()
    server.post("/api/home/stop-all")
    until(lambda: "clean-up" in server.get("/api/home").json()["said"])
    assert server.post("enter").status_code == 200
