"""The one way in which child processes are run."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import IO

from airgap import places
from airgap.errors import AirgapError


class ChildFailed(AirgapError):
    """A child process could not be started, ended with another status than 0, or took too long."""

    def __init__(self, sentence: str, output: str = "") -> None:
        super().__init__(sentence)
        self.output = output


@lru_cache(maxsize=1)
def _dies_with_us() -> tuple[str, ...]:
    # A build whose parent was killed would go on eating the machine, for a result that nobody takes.
    setpriv = shutil.which("setpriv")
    return (setpriv, "--pdeathsig", "TERM") if setpriv else ()


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    return {**os.environ, "HOME": str(places.host_home()), **(extra or {})}


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
    command = [*_dies_with_us(), *map(str, argv)]
    try:
        done = subprocess.run(
            command,
            env=environment(env),
            cwd=cwd,
            stdin=stdin or subprocess.DEVNULL,
            capture_output=True,
            timeout=timeout,
            check=False,
        )
    except OSError as error:
        raise ChildFailed(f"{argv[0]} could not be started: {error.strerror}") from error
    except subprocess.TimeoutExpired:
        raise ChildFailed(f"{_name(argv)} gave no answer within {timeout:.0f} s") from None
    output = (done.stdout + done.stderr).decode(errors="replace")
    if done.returncode != 0:
        raise ChildFailed(f"{_name(argv)} failed: {_last_words(output.splitlines())}", output)
    return done.stdout.decode(errors="replace").strip()


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
    try:
        with (
            log.open("w") as sink,
            subprocess.Popen(
                [*_dies_with_us(), *map(str, argv)],
                env=environment(env),
                cwd=cwd,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
            ) as child,
        ):
            assert child.stdout is not None
            for line in child.stdout:
                sink.write(line)
                last.append(line)
                on_line(line.rstrip("\n"))
    except OSError as error:
        raise ChildFailed(f"{argv[0]} could not be started: {error.strerror}") from error
    if child.returncode != 0:
        raise ChildFailed(f"{_name(argv)} failed: {_last_words(last)} (all of its output: {log})", "".join(last))


def _name(argv: Sequence[str | Path]) -> str:
    return " ".join([Path(argv[0]).name, *(str(word) for word in argv[1:3] if not str(word).startswith("-"))])


def _last_words(lines: Sequence[str] | deque[str]) -> str:
    words = [line.strip() for line in lines if line.strip()]
    return " | ".join(words[-3:]) or "it said nothing"
