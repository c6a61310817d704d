"""Can bash read the scripts? `bash -n` says so, and runs nothing. One process for all scripts of a scenario.

The process is started before the pages are read and asked after that, so that it costs little time of ours.
"""

import contextlib
import functools
import os
import re
import select
import shutil
import signal
import tempfile
import time
from collections.abc import Iterable
from pathlib import PurePath
from typing import NamedTuple

from handrail.terminal.pty_process import OLDEST_BASH, bash_version

_SECONDS = 10.0
_SHEBANG = re.compile(r"#!\s*(?:\S*/env\s+(?:-S\s*)?)?(?:\S*/)?(?:ba|da)?sh\b")
_HEREDOC = re.compile(r"(?<!<)<<(-?)\s*(['\"]?)\\?([A-Za-z_]\w{0,30})\2")
_ERROR = re.compile(r"^[^\n]*?: line (\d+): (?!warning: )(.*)$", re.MULTILINE)
# Comments to a shell that stands at the beginning of a command; after an open quote they are errors. Two scripts that
# each lack the same quote would close each other's.
_BETWEEN = "\n#';)\n#\";)\n"


class _Process(NamedTuple):
    """A bash that reads; `said`: where its errors come out, a file descriptor."""

    id: int
    said: int


class Reading:
    """The scripts of a scenario while bash reads them. `scripts`: (path, text); those for other programs are left."""

    def __init__(self, scripts: Iterable[tuple[str, str]]) -> None:
        self._scripts = {path: text.replace("\r\n", "\n") for path, text in scripts if is_for_shell(path, text)}
        self._bash = _bash() if self._scripts else None
        self._all = _start(self._bash, _BETWEEN.join(self._scripts.values())) if self._bash else None

    def errors(self) -> dict[str, tuple[int, str]]:
        """Path to (line, what bash says), for those that bash cannot read. To be called once."""
        if self._bash is None or self._all is None:
            return {}
        if not _answer(self._all) and not any(map(_hides_what_follows, self._scripts.values())):
            return {}
        # Something is wrong somewhere, or a here-document without an end hid what follows it: one by one.
        found = {path: _read(self._bash, text) for path, text in self._scripts.items()}
        return {path: error for path, error in found.items() if error}


def _hides_what_follows(text: str) -> bool:
    """Has it a here-document without an end? That takes in the next scripts, up to one that has such a delimiter."""
    for match in _HEREDOC.finditer(text) if "<<" in text else ():
        tabs = "\\t*" if match[1] else ""
        if not re.compile(rf"\n{tabs}{match[3]}(?:\n|\Z)").search(text, match.end()):
            return True
    return False


def is_for_shell(path: str, text: str) -> bool:
    """Is this script one that bash can read, by its first line or its name?"""
    if "\0" in text:
        return False
    if text.startswith("#!"):
        return _SHEBANG.match(text) is not None
    return PurePath(path).suffix in ("", ".sh", ".bash")


def _read(bash: str, text: str) -> tuple[int, str] | None:
    said = _ERROR.search(_answer(_start(bash, text)))
    # Patterns such as !(a) are read only after `shopt -s extglob`, which was not run.
    if said is None or ("extglob" in text and not _ERROR.search(_answer(_start(bash, text, "-O", "extglob")))):
        return None
    return min(int(said[1]), text.rstrip("\n").count("\n") + 1), said[2]


def _start(bash: str, text: str, *options: str) -> _Process | None:
    # Not by subprocess, which takes twice the time: there is one for each scenario of a repository.
    try:
        # A file: of a pipe bash would read one byte at a time.
        with tempfile.TemporaryFile() as script:
            script.write(text.encode("utf-8", "replace"))
            script.seek(0)
            said, far = os.pipe()
            actions = [(os.POSIX_SPAWN_DUP2, script.fileno(), 0), (os.POSIX_SPAWN_DUP2, far, 2)]
            try:
                return _Process(
                    os.posix_spawn(bash, [bash, *options, "-n"], {"LC_ALL": "C"}, file_actions=actions), said
                )
            except OSError:
                os.close(said)
                raise
            finally:
                os.close(far)
    except OSError:
        return None


def _answer(process: _Process | None) -> str:
    """What bash says of the scripts; nothing when all is well, or when it takes too long."""
    if process is None:
        return ""
    said = b""
    deadline = time.monotonic() + _SECONDS
    poll = select.poll()  # select cannot watch descriptors above 1023
    with open(process.said, "rb", buffering=0) as stream:
        poll.register(stream, select.POLLIN)
        while poll.poll(max(0.0, deadline - time.monotonic()) * 1000):
            piece = stream.read(65536)
            if not piece:
                break
            said += piece
        else:
            said = b""
            os.kill(process.id, signal.SIGKILL)
    with contextlib.suppress(ChildProcessError):
        os.waitpid(process.id, 0)
    return said.decode("utf-8", "replace")


@functools.cache
def _bash() -> str | None:
    """The bash that lessons run in; None where there is none, or one too old to read what newer ones can."""
    bash = shutil.which("bash")
    return bash if bash and bash_version(bash) >= OLDEST_BASH else None
