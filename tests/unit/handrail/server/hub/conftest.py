"""A small scenario, and a server of it that the tests of a module share."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from .hub_server import HubServer, start


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("course") / "lesson"
    root.mkdir()
    (root / "page.md").write_text("# Hidden meadow\n\n`echo one`{{exec}}\n")
    steps = [{"title": "One", "text": "page.md"}]
    (root / "index.json").write_text(json.dumps({"title": "Hidden meadow", "details": {"steps": steps}}))
    return root


@pytest.fixture(scope="module")
def server(scenario: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubServer]:
    started = start(scenario, tmp_path_factory.mktemp("home"))
    yield started
    started.stop()
