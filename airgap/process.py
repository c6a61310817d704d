"""The one way in which child processes are run."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import IO, Any

from airgap import places
from airgap.errors import AirgapError


class ChildFailed(AirgapError):
    """A child process could not be started, ended with another status than 0, or took too long."""


_live: set[subprocess.Popen[bytes]] = set()
_starting = threading.Lock()
_stopped = threading.Event()


def stop() -> None:
    """End all children and start no more: what is waiting for one, in whatever thread, fails at once."""
    _stopped.set()
    # Who interrupts us may have stopped in the middle of a start, holding the lock: then that child is not in the set.
    for child in list(_live):
        child.send_signal(signal.SIGTERM)


@lru_cache(maxsize=1)
def _dies_with_us() -> tuple[str, ...]:
    # A build whose parent was killed would go on eating the machine, for a result that nobody takes.
    setpriv = shutil.which("setpriv")
    return (setpriv, "--pdeathsig", "TERM") if setpriv else ()


@contextmanager
def _child(
    argv: Sequence[str | Path], env: Mapping[str, str] | None, **options: Any
) -> Iterator[subprocess.Popen[bytes]]:
    """Start a child with the host user's home folder; it has ended when the block has."""
    settings = {**os.environ, "HOME": str(places.host_home()), **(env or {})}
    with _starting:
        if _stopped.is_set():
            raise ChildFailed(f"{argv[0]} was not started, since everything is being stopped")
        try:
            child = subprocess.Popen([*_dies_with_us(), *map(str, argv)], env=settings, **options)
        except OSError as error:
            raise ChildFailed(f"{argv[0]} could not be started: {error.strerror}") from error
        _live.add(child)
    try:
        with child:
            yield child
    finally:
        _live.discard(child)


def run(
    argv: Sequence[str | Path],
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    stdin: IO[bytes] | None = None,
    timeout: float | None = None,
) -> str:
    """Run a short command and return its standard output, stripped.

    ``env`` is added to the caller's environment. Raises ChildFailed, whose text ends with the command's last words.
    """
    pipe = subprocess.PIPE
    with _child(argv, env, cwd=cwd, stdin=stdin or subprocess.DEVNULL, stdout=pipe, stderr=pipe) as child:
        try:
            output, errors = (stream.decode(errors="replace") for stream in child.communicate(timeout=timeout))
        except subprocess.TimeoutExpired:
            child.kill()
            raise ChildFailed(f"{_name(argv)} gave no answer within {timeout:.0f} s") from None
    if child.returncode != 0:
        raise ChildFailed(f"{_name(argv)} failed: {_last_words([*output.splitlines(), *errors.splitlines()])}")
    return output.strip()


def run_long(
    argv: Sequence[str | Path],
    *,
    log: Path,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    on_line: Callable[[str], None] = lambda line: None,
) -> None:
    """Run a long command, all its output going to ``log`` and, line by line, to ``on_line``.

    Raises ChildFailed with the last lines and the log's place.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    last: deque[str] = deque(maxlen=8)
    with (
        log.open("wb") as sink,
        _child(argv, env, cwd=cwd, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as child,
    ):
        assert child.stdout is not None
        for raw in child.stdout:
            sink.write(raw)
            line = raw.decode(errors="replace").rstrip("\n")
            last.append(line)
            on_line(line)
    if child.returncode != 0:
        raise ChildFailed(f"{_name(argv)} failed: {_last_words(last)} (all of its output: {log})")


def _name(argv: Sequence[str | Path]) -> str:
    words = [str(word) for word in argv]
    if words[:2] == ["nice", "-n"]:
        words = words[3:]
    return " ".join([Path(words[0]).name, *(word for word in words[1:2] if not word.startswith("-"))])


def _last_words(lines: Sequence[str] | deque[str]) -> str:
    words = [line.strip() for line in lines if line.strip()]
    return " | ".join(words[-3:]) or "it said nothing"
