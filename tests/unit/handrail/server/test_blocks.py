"""Commands as the page asks for them: by id alone, on a page or offered by a check; a stop by id."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ..conftest import MakeScenario
from .player_process import Server, start, until

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
    before = server.get("/api/state").json()["checks"].get("step1", {}).get("since")
    assert server.post("/api/pages/step1/check").status_code == 200

    def ended() -> dict[str, Any] | None:
        run = server.get("/api/state").json()["checks"].get("step1")
        return run if run and run["state"] != "running" and run["since"] != before else None

    return dict(until(ended))


def state_of(server: Server, block: str) -> dict[str, Any]:
    return dict(server.get("/api/state").json()["blocks"].get(block, {}))


def test_a_command_that_a_check_offers_is_run_by_its_id(server: Server) -> None:
    failed = check(server)
    assert failed["parts"][0] == {"text": "Found:    `nothing`\nTo do:    "}
    assert failed["parts"][2] == {"text": ", then look"}
    assert failed["parts"][1]["text"] == "touch ~/bed"
    offered = failed["parts"][1]["block"]
    assert server.post(f"/api/blocks/{offered}/run").json() == {"terminal": "T1"}
    until(lambda: state_of(server, offered).get("status") == 0)
    assert (server.workspace / "home" / "bed").exists()


def test_a_check_that_passed_says_what_it_has_seen_and_offers_nothing(server: Server) -> None:
    offered = check(server)["parts"][1]["block"]
    (server.workspace / "home" / "bed").touch()
    passed = check(server)
    assert passed["state"] == "passed"
    assert passed["verified"] == ["There is a bed", "It is dug"]
    assert server.post(f"/api/blocks/{offered}/run").status_code == 404


@pytest.mark.parametrize("block", ["step1-offer-0123456789ab", "step1-offer-", "step9-offer-x", "step1-offer-touch"])
def test_what_no_check_offers_is_no_command(server: Server, block: str) -> None:
    check(server)
    assert server.post(f"/api/blocks/{block}/run").status_code == 404
    assert server.post(f"/api/blocks/{block}/stop").status_code == 404


def test_output_that_is_no_written_reason_offers_nothing(make_scenario: MakeScenario, tmp_path: Path) -> None:
    player = start(make_scenario({"text": PAGE, "verify": "echo 'To do: `rm -rf bed`'; exit 1"}), tmp_path / "w2")
    try:
        assert check(player)["parts"] == [{"text": "To do: `rm -rf bed`"}]
    finally:
        player.stop()


def test_stop_presses_ctrl_c_where_the_command_runs(server: Server) -> None:
    assert server.post("/api/blocks/step1-1/run").json() == {"terminal": "T1"}
    running = until(lambda: state_of(server, "step1-1").get("state") == "running" and state_of(server, "step1-1"))
    assert 0 <= server.get("/api/state").json()["now"] - running["since"] < 20
    assert server.post("/api/blocks/step1-1/stop").status_code == 200
    until(lambda: state_of(server, "step1-1").get("status") == 130)


def test_stop_of_a_command_that_does_not_run_does_nothing(server: Server) -> None:
    assert server.post("/api/blocks/step1-1/stop").status_code == 200
    assert state_of(server, "step1-1") == {}
