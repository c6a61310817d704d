"""What the player does by itself: it follows an author's changes, and checks a step that waits."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ..conftest import MakeScenario
from .player_process import Server, start, until


@pytest.fixture
def players() -> Iterator[list[Server]]:
    """Those that are put into it are gone at the end."""
    players: list[Server] = []
    yield players
    for player in players:
        player.stop()


def state(server: Server) -> dict[str, Any]:
    return dict(server.get("/api/state").json())


def test_a_scenario_read_anew_is_the_one_that_starts_over(
    make_scenario: MakeScenario, players: list[Server], tmp_path: Path
) -> None:
    root = make_scenario("# One\n", files={"assets/late.txt": "late\n"})
    players.append(server := start(root, tmp_path / "w", "--watch"))
    index = json.loads((root / "index.json").read_text())
    index["title"] = "Another title"
    index["details"]["assets"] = {"host01": [{"file": "late.txt", "target": "~/"}]}
    index["details"]["steps"][0]["background"] = "prepare.sh"
    (root / "prepare.sh").write_text("cp late.txt prepared.txt\n")
    (root / "index.json").write_text(json.dumps(index))
    until(lambda: state(server)["title"] == "Another title")
    epoch = state(server)["epoch"]
    assert server.post("/api/reset").status_code == 200
    until(lambda: state(server)["epoch"] != epoch and not state(server)["resetting"])
    home = tmp_path / "w" / "home"
    assert (home / "late.txt").read_text() == "late\n"
    until(lambda: (home / "prepared.txt").exists())


def test_a_check_keeps_its_origin_while_another_one_is_asked_for(
    make_scenario: MakeScenario, players: list[Server], tmp_path: Path
) -> None:
    waits = "while [ ! -e ~/go ]; do sleep 0.02; done; false"
    root = make_scenario({"text": "# One\n", "verify": "true"}, {"text": "# Two\n", "verify": waits})
    players.append(server := start(root, tmp_path / "w"))

    def check(page: str) -> dict[str, Any]:
        return dict(state(server)["checks"].get(page, {}))

    with server.socket("/api/events"):
        server.post("/api/pages/step1/check")
        until(lambda: check("step1").get("state") == "passed")
        assert check("step1")["quiet"] is False
        server.post("/api/pages/step2/open")
        server.post("/api/auto-check", {"on": True})
        until(lambda: check("step2").get("state") == "running")
        server.post("/api/pages/step1/check")  # it waits for the one that runs
        (tmp_path / "w" / "home" / "go").touch()
        until(lambda: check("step2").get("state") == "failed")
        assert check("step2")["quiet"] is True
        until(lambda: check("step1")["state"] == "passed")
        assert check("step1")["quiet"] is False
