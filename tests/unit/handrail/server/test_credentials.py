"""The kept token and port: private, whole, and not trusted when others could have read them."""

from __future__ import annotations

from pathlib import Path

import pytest

from handrail.server import credentials
from handrail.server.credentials import FILE, Credentials


def test_what_is_saved_is_loaded_again(tmp_path: Path) -> None:
    kept = Credentials("t" * 43, 4321)
    credentials.save(tmp_path, kept)
    assert credentials.load(tmp_path) == kept


def test_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    credentials.save(tmp_path, Credentials("t" * 43, 1))
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600


def test_each_first_token_is_another_one(tmp_path: Path) -> None:
    one, two = credentials.load(tmp_path), credentials.load(tmp_path)
    assert one.port is None
    assert len(one.token) >= 43
    assert one.token != two.token


@pytest.mark.parametrize("text", ["", "{", "[]", '{"token": "short", "port": 1}', '{"token": 5, "port": 1}'])
def test_damaged_file_gives_a_fresh_token(tmp_path: Path, text: str) -> None:
    path = tmp_path / FILE
    path.write_text(text)
    path.chmod(0o600)
    assert credentials.load(tmp_path).port is None


def test_token_that_others_could_read_is_not_used(tmp_path: Path) -> None:
    credentials.save(tmp_path, Credentials("t" * 43, 1))
    (tmp_path / FILE).chmod(0o644)
    assert credentials.load(tmp_path).token != "t" * 43
