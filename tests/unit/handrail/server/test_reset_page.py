"""Reset this step: its marks, answers and check are forgotten, its scripts run again, and all else stays."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ....waiting import until
from .player_process import Server, start

PAGE = "# {0}\n\n`echo {0} >> ~/made`{{{{exec}}}}\n\n`sleep 300`{{{{exec T2}}}}\n"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    root = tmp_path / "lesson"
    root.mkdir()
    (root / "scripts.sh").write_text("echo ran >> ~/background\n")
    (root / "verify.sh").write_text("[ -e ~/made ]\n")
    steps = []
    for name in ("one", "two"):
        (root / f"{name}.md").write_text(PAGE.format(name))
        steps.append({"title": name, "text": f"{name}.md", "verify": "verify.sh", "background": "scripts.sh"})
    (root / "index.json").write_text(json.dumps({"title": "Two", "details": {"steps": steps}}))
    started = start(root, tmp_path / "workspace")
    yield started
    started.stop()


def state(server: Server) -> dict[str, Any]:
    return dict(server.get("state").json())


def do(server: Server, step: str, number: int) -> None:
    server.post(f"pages/{step}/open")
    until(lambda: state(server)["current"] == step)
    server.post(f"blocks/{step}-1/run")
    until(lambda: state(server)["blocks"].get(f"{step}-1", {}).get("state") == "ended")
    server.post(f"pages/{step}/check")
    until(lambda: state(server)["pages"][number]["passed"])


def background_runs(server: Server) -> int:
    file = server.workspace / "home" / "background"
    return len(file.read_text().splitlines()) if file.exists() else 0


def test_one_step_begins_anew_and_nothing_else_does(server: Server) -> None:
    do(server, "step1", 0)
    do(server, "step2", 1)
    until(lambda: background_runs(server) == 2)
    epoch = state(server)["epoch"]
    assert server.post("pages/step2/reset").status_code == 200
    until(lambda: background_runs(server) == 3)
    now = state(server)
    assert now["epoch"] != epoch
    assert (now["current"], list(now["blocks"]), list(now["checks"])) == ("step2", ["step1-1"], ["step1"])
    assert [page["passed"] for page in now["pages"]] == [True, False]
    assert (server.workspace / "home" / "made").read_text() == "one\ntwo\n"


def test_step_that_still_runs_is_not_reset(server: Server) -> None:
    server.post("blocks/step1-2/run")
    until(lambda: state(server)["blocks"].get("step1-2", {}).get("state") == "running")
    refused = server.post("pages/step1/reset")
    assert refused.status_code == 409
    assert "still running" in refused.json()["error"]


def test_step_that_is_not_open_is_not_reset(server: Server) -> None:
    assert server.post("pages/step2/reset").status_code == 409
