"""What a lesson builds once is made once, and comes whole into the learner's folder."""

import sys
from pathlib import Path

import pytest

from airgap.errors import AirgapError

sys.path.insert(0, str(Path(__file__).parents[3] / "scripts"))
import made


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def test_made_once_and_laid_beside_what_is_there(tmp_path: Path) -> None:
    builds = []

    def build(folder: Path) -> None:
        builds.append(folder)
        (folder / "program").write_text("#!/bin/sh\n")
        (folder / "program").chmod(0o755)

    for learner in (tmp_path / "first", tmp_path / "second"):
        learner.mkdir()
        (learner / "Dockerfile").write_text("FROM scratch\n")
        assert made.put("thing", "key", build, learner) == 0
        assert sorted(path.name for path in learner.iterdir()) == ["Dockerfile", "program"]
        assert (learner / "program").stat().st_mode & 0o111
    assert len(builds) == 1


def test_failure_is_said_in_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def build(folder: Path) -> None:
        raise AirgapError("there is no Go here")

    assert made.put("thing", "key", build, tmp_path / "learner") == 1
    assert capsys.readouterr().err == "thing: there is no Go here\n"
    assert not (tmp_path / "learner").exists()
