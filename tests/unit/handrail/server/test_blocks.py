"""Commands as the page asks for them: by id alone, on a page or offered by a check; a stop by id."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ....waiting import until
from ..conftest import MakeScenario
from .player_process import Server, start

PAGE = "# One\n\n```\necho here; cat; echo after\n```{{exec}}\n"
VERIFY = """\
[ -e ~/bed ] && { echo '✓ There is a bed'; echo 'not a line for the learner'; echo '  ✓ It is dug'; exit 0; }
printf 'Found:    `nothing`\\nTo do:    `touch ~/bed`, then look' > $VERIFICATION_FAILURE_REASON
exit 1
"""


@pytest.fixture
def server(make_scenario: MakeScenario, tmp_path: Path) -> Iterator[Server]:
    player = start(make_scenario({"text": PAGE, "verify": VERIFY}, "# Two\n"), tmp_path / "w")
    yield player
    player.stop()


def check(server: Server) -> dict[str, Any]:
    """Checks the first step; what came of it."""
    before = server.get("state").json()["checks"].get("step1", {}).get("since")
    assert server.post("pages/step1/check").status_code == 200

    def ended() -> dict[str, Any] | None:
        run = server.get("state").json()["checks"].get("step1")
        return run if run and run["state"] != "running" and run["since"] != before else None

    return dict(until(ended))


def state_of(server: Server, block: str) -> dict[str, Any]:
    return dict(server.get("state").json()["blocks"].get(block, {}))


def test_a_command_that_a_check_offers_is_run_by_its_id(server: Server) -> None:
    failed = check(server)
    assert failed["parts"][0] == {"text": "Found:    `nothing`\nTo do:    "}
    assert failed["parts"][2] == {"text": ", then look"}
    assert failed["parts"][1]["text"] == "touch ~/bed"
    offered = failed["parts"][1]["block"]
    assert server.post(f"blocks/{offered}/run").json() == {"terminal": "T1"}
    until(lambda: state_of(server, offered).get("status") == 0)
    assert (server.workspace / "home" / "bed").exists()


def test_a_check_that_passed_says_what_it_has_seen_and_offers_nothing(server: Server) -> None:
    offered = check(server)["parts"][1]["block"]
    (server.workspace / "home" / "bed").touch()
    passed = check(server)
    assert passed["state"] == "passed"
    assert passed["verified"] == ["There is a bed", "It is dug"]
    assert server.post(f"blocks/{offered}/run").status_code == 404


@pytest.mark.parametrize("block", ["step1-offer-0123456789ab", "step1-offer-", "step9-offer-x", "step1-offer-touch"])
def test_what_no_check_offers_is_no_command(server: Server, block: str) -> None:
    check(server)
    assert server.post(f"blocks/{block}/run").status_code == 404
    assert server.post(f"blocks/{block}/stop").status_code == 404


def test_output_that_is_no_written_reason_offers_nothing(make_scenario: MakeScenario, tmp_path: Path) -> None:
    player = start(make_scenario({"text": PAGE, "verify": "echo 'To do: `rm -rf bed`'; exit 1"}), tmp_path / "w2")
    try:
        assert check(player)["parts"] == [{"text": "To do: `rm -rf bed`"}]
    finally:
        player.stop()


def test_stop_presses_ctrl_c_where_the_command_runs(server: Server) -> None:
    assert server.post("blocks/step1-1/run").json() == {"terminal": "T1"}
    running = until(lambda: state_of(server, "step1-1").get("state") == "running" and state_of(server, "step1-1"))
    assert 0 <= server.get("state").json()["now"] - running["since"] < 20
    assert server.post("blocks/step1-1/stop").status_code == 200
    until(lambda: state_of(server, "step1-1").get("status") == 130)


def test_a_click_on_a_command_that_runs_does_nothing(make_scenario: MakeScenario, tmp_path: Path) -> None:
    once = "echo >> ~/runs; while [ ! -e ~/go ]; do sleep 0.02; done"
    player = start(make_scenario(f"```\n{once}\n```{{{{exec}}}}\n"), tmp_path / "w3")
    try:
        for _ in range(3):
            assert player.post("blocks/step1-1/run").json() == {"terminal": "T1"}
        (player.workspace / "home" / "go").touch()
        until(lambda: state_of(player, "step1-1").get("status") == 0)
        assert (player.workspace / "home" / "runs").read_text() == "\n"
    finally:
        player.stop()


def awaited(server: Server) -> str:
    return str(server.get("state").json()["terminals"][0]["awaits"])


def run(server: Server, block: str, **how: str) -> int:
    return server.post(f"blocks/{block}/run", how).status_code


def test_clicks_into_a_program_that_reads_lines_are_typed_unasked(make_scenario: MakeScenario, tmp_path: Path) -> None:
    lines = ("python3", "x = 6 * 7", "open('x', 'w').write(str(x))", "exit()")
    page = "".join(f"`{line}`{{{{exec}}}}\n\n" for line in lines)
    player = start(make_scenario(page), tmp_path / "w3")
    try:
        with player.socket("events"):
            run(player, "step1-1")
            until(lambda: awaited(player) == "lines")
            for number in (2, 3, 4):
                assert run(player, f"step1-{number}") == 200
                until(lambda number=number: state_of(player, f"step1-{number}").get("state") == "typed")
            until(lambda: state_of(player, "step1-1").get("status") == 0)
        assert (player.workspace / "home" / "x").read_text() == "42"
    finally:
        player.stop()


@pytest.mark.parametrize(
    ("command", "awaits"),
    [
        pytest.param("seq 500 | less", "keys", id="a pager"),
        pytest.param("read -r -p 'Go on? ' x", "answer", id="a question"),
        pytest.param("read -r -s -p 'Password: ' x", "hidden", id="a password"),
        pytest.param("sleep 600", "", id="a program that reads nothing"),
    ],
)
def test_a_program_that_reads_no_lines_is_typed_into_only_when_told_so(
    make_scenario: MakeScenario, tmp_path: Path, command: str, awaits: str
) -> None:
    page = f"`{command}`{{{{exec}}}}\n\n`q`{{{{exec}}}}\n\n`p`{{{{exec}}}}\n"
    player = start(make_scenario(page), tmp_path / "w3")
    try:
        with player.socket("events"):
            run(player, "step1-1")
            until(lambda: state_of(player, "step1-1").get("state") == "running")
            if awaits:
                until(lambda: awaited(player) == awaits)
            assert run(player, "step1-2") == 409
            assert state_of(player, "step1-2") == {}
            assert run(player, "step1-3", when_busy="type") == 200
    finally:
        player.stop()


def test_what_was_said_of_a_program_holds_while_it_runs(make_scenario: MakeScenario, tmp_path: Path) -> None:
    keys = "while read -r -s -n 1 key; do echo $key >> ~/keys; done"
    page = f"```\n{keys}\n```{{{{exec}}}}\n\n`a`{{{{exec}}}}\n\n`b`{{{{exec}}}}\n"
    player = start(make_scenario(page), tmp_path / "w3")
    try:
        run(player, "step1-1")
        until(lambda: state_of(player, "step1-1").get("state") == "running")
        assert run(player, "step1-2") == 409
        assert run(player, "step1-2", when_busy="type") == 200
        assert run(player, "step1-3") == 200
        until(lambda: "b" in (player.workspace / "home" / "keys").read_text())
    finally:
        player.stop()


def test_stop_of_a_command_that_does_not_run_does_nothing(server: Server) -> None:
    assert server.post("blocks/step1-1/stop").status_code == 200
    assert state_of(server, "step1-1") == {}


def test_a_command_for_another_host_gets_a_terminal_there(make_scenario: MakeScenario, tmp_path: Path) -> None:
    player = start(make_scenario("`hostname`{{execute HOST2}}\n"), tmp_path / "w3")
    try:
        assert player.post("blocks/step1-1/run").json() == {"terminal": "host02"}
        until(lambda: state_of(player, "step1-1").get("status") == 0)
        assert json.loads((player.workspace / "terminals.json").read_text()) == {"T1": "host01", "host02": "host02"}
    finally:
        player.stop()
