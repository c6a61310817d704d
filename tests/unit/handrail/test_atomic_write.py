"""A file that is replaced is never half there, and nobody sees it who must not."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from handrail.atomic_write import write_atomically


def test_the_file_is_replaced_with_its_mode_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("old")
    write_atomically(file, "neu: ü\n", 0o640)
    assert file.read_bytes() == "neu: ü\n".encode()
    assert file.stat().st_mode & 0o777 == 0o640
    write_atomically(file, b"\xff")
    assert file.read_bytes() == b"\xff"
    assert file.stat().st_mode & 0o777 == 0o600
    assert os.listdir(tmp_path) == ["file"]


def test_a_second_name_keeps_the_old_content(tmp_path: Path) -> None:
    file, other = tmp_path / "file", tmp_path / "other"
    file.write_text("old")
    os.link(file, other)
    write_atomically(file, "new")
    assert (file.read_text(), other.read_text()) == ("new", "old")


def test_a_write_that_fails_leaves_the_old_file_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "file"
    file.write_text("old")

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_atomically(file, "new")
    assert file.read_text() == "old"
    assert os.listdir(tmp_path) == ["file"]
