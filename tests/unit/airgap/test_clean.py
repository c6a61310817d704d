"""Cleaning takes what is ours, never by force, and not from under somebody's hands."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

from airgap.cache import locked

Run = Callable[..., subprocess.CompletedProcess[str]]
Write = Callable[[str, str], Path]

ENGINE = """
echo "$*" >> "$0.calls"
case "$1:$*" in
  images:*label=airgap.key*) printf 'free\\nused\\nused\\n' ;;
  rmi:*used) echo "image is in use by a container" >&2; exit 2 ;;
esac
"""


def test_images_that_are_in_use_stay_and_the_cache_goes(programs: Write, airgap: Run, cache: Path) -> None:
    docker = programs("docker", ENGINE)
    programs("podman", "exit 1")
    (cache / "artefacts" / "thing-0123").mkdir(parents=True)
    beside = cache.parent / "somebody-else"
    beside.mkdir()
    done = airgap("clean")
    assert done.returncode == 0, done.stderr
    assert "docker keeps used: docker rmi failed: image is in use by a container" in done.stderr
    removals = [line for line in Path(f"{docker}.calls").read_text().splitlines() if line.startswith("rmi")]
    assert removals == ["rmi free", "rmi used"]
    assert not cache.exists()
    assert beside.exists()


def test_work_in_progress_is_not_cleaned_away(programs: Write, airgap: Run, cache: Path) -> None:
    docker = programs("docker", ENGINE)
    with locked("thing", "0123"):
        done = airgap("clean")
    assert done.returncode == 1
    assert "is making thing-0123 right now: wait for it, or end it, and run the same command again" in done.stderr
    assert cache.exists()
    assert not Path(f"{docker}.calls").exists()
