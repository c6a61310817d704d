"""What the player does by itself: it follows an author's changes, and checks a step that waits."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ....waiting import until
from ..conftest import MakeScenario
from .player_process import Server, start


@pytest.fixture
def players() -> Iterator[list[Server]]:
    """Those that are put into it are gone at the end."""
    players: list[Server] = []
    yield players
    for player in players:
        player.stop()


def state(server: Server) -> dict[str, Any]:
    return dict(server.get("state").json())


def page_info(server: Server, page: str) -> dict[str, Any]:
    return next(dict(each) for each in state(server)["pages"] if each["id"] == page)


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
    assert server.post("reset").status_code == 200
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

    with server.socket("events"):
        server.post("pages/step1/check")
        until(lambda: check("step1").get("state") == "passed")
        assert check("step1")["quiet"] is False
        server.post("pages/step2/open")
        server.post("auto-check", {"on": True})
        until(lambda: check("step2").get("state") == "running")
        server.post("pages/step1/check")  # it waits for the one that runs
        (tmp_path / "w" / "home" / "go").touch()
        until(lambda: check("step2").get("state") == "failed")
        assert check("step2")["quiet"] is True
        until(lambda: check("step1")["state"] == "passed")
        assert check("step1")["quiet"] is False


def test_what_was_passed_is_checked_again_at_the_next_start(
    make_scenario: MakeScenario, players: list[Server], tmp_path: Path
) -> None:
    # The second step's outcome is outside the workspace, as a cluster is; its check waits, so that it can be seen.
    made = tmp_path / "made"
    waits = f"while [ -e {tmp_path}/wait ]; do sleep 0.02; done; test -e {made} || {{ echo It is gone.; false; }}"
    root = make_scenario(
        {"text": "# One\n", "verify": "true"}, {"text": "# Two\n", "verify": waits}, {"text": "# Three\n"}
    )
    made.touch()
    players.append(server := start(root, tmp_path / "w"))
    for page in ("step1", "step2"):
        server.post(f"pages/{page}/open")
        server.post(f"pages/{page}/check")
        until(lambda page=page: page_info(server, page)["passed"])
    server.post("pages/step3/open")
    until(lambda: state(server)["current"] == "step3")
    players.pop().stop()

    made.unlink()
    (tmp_path / "wait").touch()
    players.append(server := start(root, tmp_path / "w"))
    assert "step2" in state(server)["rechecking"], "no tick is shown before its check has run"
    until(lambda: state(server)["rechecking"] == ["step2"])
    assert page_info(server, "step1")["passed"]
    (tmp_path / "wait").unlink()
    until(lambda: state(server)["rechecking"] == [])
    after = state(server)
    assert not page_info(server, "step2")["passed"]
    assert page_info(server, "step3")["open"], "a page that was open stays open"
    assert after["current"] == "step3"
    assert after["checks"].keys() == {"step2"}, "a check that holds makes no noise"
    assert after["checks"]["step2"]["reason"] == "It is gone."
    assert after["notice"].startswith("What “Step 2” made is no longer there.")


def test_starting_over_ends_the_checks_of_the_start(
    make_scenario: MakeScenario, players: list[Server], tmp_path: Path
) -> None:
    root = make_scenario({"text": "# One\n", "verify": f"while [ -e {tmp_path}/wait ]; do sleep 0.02; done"})
    players.append(server := start(root, tmp_path / "w"))
    server.post("pages/step1/check")
    until(lambda: page_info(server, "step1")["passed"])
    players.pop().stop()
    (tmp_path / "wait").touch()
    players.append(server := start(root, tmp_path / "w"))
    epoch = state(server)["epoch"]
    assert state(server)["rechecking"] == ["step1"]
    server.post("reset")
    until(lambda: state(server)["epoch"] != epoch and not state(server)["resetting"])
    assert state(server)["rechecking"] == []
    assert not page_info(server, "step1")["passed"]
