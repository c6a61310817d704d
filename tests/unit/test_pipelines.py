"""Pipelines of the scripts: under `pipefail`, a reader that leaves early fails the pipeline when the writer is slow."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

REPO = Path(__file__).parents[2]
# What closes its end of the pipe at the first line that it likes; `sed -n 1p` and `grep … >/dev/null` read on.
LEAVES_EARLY = re.compile(r"\|\s*(?:grep\s+(?:-\w+\s+)*-\w*q|awk\s+'[^']*\bexit\b|sed\s+[^|]*\dq\b|head\b)")


def scripts() -> list[str]:
    names = ["git", "ls-files", "*.sh", ".ci/run", ":!tests/corpus", ":!tests/planted"]
    found = subprocess.run(names, cwd=REPO, capture_output=True, text=True, check=True).stdout.split()
    return [name for name in found if "pipefail" in (REPO / name).read_text(encoding="utf-8")]


@pytest.mark.parametrize("script", scripts())
def test_no_reader_leaves_a_writer_behind(script: str) -> None:
    text = (REPO / script).read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#") and "|| true" not in line]
    assert [line for line in lines if LEAVES_EARLY.search(line)] == []
