"""How file systems are made of Debian packages by those who are not root."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from airgap import debian, places

# Does as mmdebstrap, as far as its callers see: the archive is there afterwards.
MMDEBSTRAP = """env > "$0.env"
for word; do printf '%s\\n' "$word"; case "$word" in */root.tar) : > "$word";; esac; done > "$0.words"
"""


def test_without_root_nothing_in_our_folders_is_needed(
    programs: Callable[[str, str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mmdebstrap = programs("mmdebstrap", MMDEBSTRAP)
    programs("apt-get", "true")
    programs("apt-config", "true")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    made = debian.root("python", 1.0)
    words = Path(f"{mmdebstrap}.words").read_text().splitlines()
    assert made.exists()
    assert "--mode=unshare" in words
    own = [word for word in words if str(tmp_path) in word or str(places.SOURCES) in word]
    assert [Path(word).name for word in own] == ["root.tar"], "its user in the namespace cannot read our folders"
    assert str(tmp_path) not in Path(f"{mmdebstrap}.env").read_text().split("TMPDIR=")[1].splitlines()[0]
