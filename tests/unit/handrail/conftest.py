"""What handrail's tests share: a home folder and an environment like a lesson's."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


@pytest.fixture
def shell_env(home: Path) -> dict[str, str]:
    """A small environment: nothing of the machine's own shell settings reaches the tests."""
    return {"PATH": os.environ["PATH"], "HOME": str(home), "TERM": "xterm-256color", "LANG": "C.UTF-8"}
