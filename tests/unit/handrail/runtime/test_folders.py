"""The user's folders: where the XDG variables say, and never a relative place."""

from __future__ import annotations

from pathlib import Path

import pytest

from handrail.runtime.folders import config_folder, state_folder


@pytest.mark.parametrize("named", ["", "relative/path", None])
def test_folders_are_below_home_unless_an_absolute_path_says_otherwise(
    named: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for variable in ("XDG_STATE_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(variable, raising=False)
        if named is not None:
            monkeypatch.setenv(variable, named)
    assert state_folder() == tmp_path / ".local" / "state" / "handrail"
    assert config_folder() == tmp_path / ".config" / "handrail"
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "a state"))
    assert state_folder() == tmp_path / "a state" / "handrail"
