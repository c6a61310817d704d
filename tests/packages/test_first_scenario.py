"""The page "Your first scenario in ten minutes": what it tells its reader to type works as it stands."""

import os
import re
import sys
from pathlib import Path

import pytest

from .conftest import REPO, must

pytestmark = pytest.mark.timeout(600)


def test_everything_that_the_page_says_can_be_typed_and_passes(tmp_path: Path) -> None:
    page = (REPO / "docs" / "first-scenario.md").read_text(encoding="utf-8")
    steps = [text for _, text in re.findall(r"(?ms)^(`{3,})sh\n(.*?)^\1$", page)]
    assert len(steps) >= 6
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/handrail").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m handrail "$@"\n')
    (tmp_path / "bin/handrail").chmod(0o755)
    env = {**os.environ, "PATH": f"{tmp_path}/bin:{os.environ['PATH']}", "XDG_STATE_HOME": str(tmp_path / "state")}
    said = must("bash", "-e", "-c", "".join(steps), cwd=tmp_path, env=env)
    assert "1 scenario: no problems" in said
    assert "2 of 2 mutants noticed" in said
    assert (tmp_path / "hello/step2/text.output.txt").read_text().count("\n$ ") == 2
