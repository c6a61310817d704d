"""Folders that appear only when whole, named by what they were made from, made by one process at a time.

``<cache>/artefacts/<name>-<key>`` is whole because it got there by renaming; ``<cache>/tmp`` holds what is being
made, and leftovers of runs that were killed, which whoever makes the same thing next removes; ``<cache>/locks`` holds
one file to lock for each key, so that nobody waits for a stranger.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from airgap import places, progress, resources


def key_of(*inputs: str | bytes | Path) -> str:
    """12 hexadecimal digits for the inputs; a path stands for the file, or for all files below the folder."""
    digest = hashlib.sha256()
    for content in _contents(inputs):
        digest.update(str(len(content)).encode() + b":" + content)
    return digest.hexdigest()[:12]


def _contents(inputs: Iterable[str | bytes | Path]) -> Iterator[bytes]:
    for item in inputs:
        if isinstance(item, str):
            yield item.encode()
        elif isinstance(item, bytes):
            yield item
        elif item.is_symlink():
            yield os.fsencode(os.readlink(item))
        elif item.is_dir():
            # What Python keeps beside its sources follows from them, and is written whenever they are run.
            for child in sorted(path for path in item.iterdir() if path.name != "__pycache__"):
                yield os.fsencode(child.name)
                yield from _contents([child])
        else:
            # Of the mode only what decides whether the file can be run: the rest depends on the user's umask.
            yield b"x" if os.access(item, os.X_OK) else b"-"
            yield item.read_bytes()


def artefact(name: str, key: str, make: Callable[[Path], None]) -> Path:
    """The folder ``name-key``, made by ``make(empty folder)`` unless it is there already."""
    whole = places.cache() / "artefacts" / f"{name}-{key}"
    if whole.exists():
        return whole
    with locked(name, key):
        if whole.exists():
            return whole
        resources.need_disk(places.cache(), resources.ARTEFACT_DISK, f"making {name}")
        with workspace(name, key) as aside:
            make(aside)
            _flush(aside)
            whole.parent.mkdir(parents=True, exist_ok=True)
            aside.rename(whole)
    return whole


@contextmanager
def workspace(name: str, key: str) -> Iterator[Path]:
    """An empty folder to work in, removed afterwards. Call it under the lock of the same name and key."""
    parent = places.cache() / "tmp"
    parent.mkdir(parents=True, exist_ok=True)
    _sweep(parent, ours=f"{name}-{key}")
    aside = Path(tempfile.mkdtemp(prefix=f"{name}-{key}.", dir=parent))
    try:
        yield aside
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _sweep(parent: Path, ours: str) -> None:
    """Remove what killed runs have left: of our own key, and of others whose lock nobody holds."""
    for leftover in parent.iterdir():
        name = leftover.name.rsplit(".", 1)[0]
        with (places.cache() / "locks" / name).open("a") as handle:
            try:
                if name != ours:
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            shutil.rmtree(leftover, ignore_errors=True)


@contextmanager
def locked(name: str, key: str) -> Iterator[None]:
    """Hold the lock of one thing; say for whom we wait. A dead process holds nothing, so nothing can go stale."""
    path = places.cache() / "locks" / f"{name}-{key}"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            handle.seek(0)
            progress.say(f"{name}: process {handle.read().strip() or '(starting)'} is making it; waiting for that")
            fcntl.flock(handle, fcntl.LOCK_EX)
        handle.seek(0)
        handle.truncate()
        handle.write(f"{os.getpid()}\n")
        handle.flush()
        yield


def _flush(folder: Path) -> None:
    """Bring the files to the disk, so that after a power cut the renamed folder is not one of empty files."""
    for place, _, names in os.walk(folder):
        for path in (Path(place, name) for name in names):
            if path.is_file() and not path.is_symlink():
                with path.open("rb") as handle:
                    os.fsync(handle.fileno())
