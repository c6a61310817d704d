"""A player for the tests of this folder."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from ..player_process import Server, start


@pytest.fixture(scope="module")
def player(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One for all tests of a module: they open previews of ports of their own."""
    folder = tmp_path_factory.mktemp("player")
    yield from running(folder)


@pytest.fixture(autouse=True)
def closed(player: Server) -> Iterator[None]:
    """Closes what a test has opened."""
    yield
    for preview in player.get("state").json()["previews"]:
        player.post(f"previews/{preview['id']}/close")


def running(folder: Path) -> Iterator[Server]:
    root = folder / "scenario"
    root.mkdir()
    (root / "index.json").write_text(json.dumps({"title": "Previews", "details": {"steps": [{"text": "one.md"}]}}))
    (root / "one.md").write_text("# One\n")
    server = start(root, folder / "workspace")
    yield server
    server.stop()


@pytest.fixture(scope="module")
def other_player(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Another lesson's."""
    yield from running(tmp_path_factory.mktemp("other"))
