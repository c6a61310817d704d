"""Can bash read the scripts? `bash -n` says so, and runs nothing. One process for all scripts of a scenario.

The process is started before the pages are read and asked after that, so that it costs little time of ours.
"""

import functools
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import PurePath

from handrail.pty_process import OLDEST_BASH, bash_version

_SECONDS = 10.0
_SHEBANG = re.compile(r"#!\s*(?:\S*/env\s+(?:-S\s*)?)?(?:\S*/)?(?:ba|da)?sh\b")
_ERROR = re.compile(r"^[^\n]*?: line (\d+): (?!warning: )(.*)$", re.MULTILINE)
# Comments to a shell that stands at the beginning of a command; after an open quote they are errors. Two scripts that
# each lack the same quote would close each other's.
_BETWEEN = "\n#';)\n#\";)\n"


class Reading:
    """The scripts of a scenario while bash reads them. `scripts`: (path, text); those for other programs are left."""

    def __init__(self, scripts: Iterable[tuple[str, str]]) -> None:
        self._scripts = {path: text.replace("\r\n", "\n") for path, text in scripts if _is_for_shell(path, text)}
        self._bash = _bash() if self._scripts else None
        self._all = _start(self._bash, _BETWEEN.join(self._scripts.values())) if self._bash else None

    def errors(self) -> dict[str, tuple[int, str]]:
        """Path to (line, what bash says), for those that bash cannot read. To be called once."""
        if self._bash is None or self._all is None or not _answer(self._all):
            return {}
        # Something is wrong somewhere, or a here-document without an end hid what follows it: one by one.
        found = {path: _read(self._bash, text) for path, text in self._scripts.items()}
        return {path: error for path, error in found.items() if error}


def _is_for_shell(path: str, text: str) -> bool:
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


def _start(bash: str, text: str, *options: str) -> "subprocess.Popen[str] | None":
    environment = {name: value for name, value in os.environ.items() if name != "BASH_ENV"}
    try:
        # A file: of a pipe bash would read one byte at a time.
        with tempfile.TemporaryFile() as script:
            script.write(text.encode("utf-8", "replace"))
            script.seek(0)
            return subprocess.Popen(
                [bash, *options, "-n"],
                stdin=script,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                env={**environment, "LC_ALL": "C"},
                encoding="utf-8",
                errors="replace",
            )
    except OSError:
        return None


def _answer(process: "subprocess.Popen[str] | None") -> str:
    """What bash says of the scripts; nothing when all is well, or when it takes too long."""
    if process is None:
        return ""
    with process:
        try:
            return process.communicate(timeout=_SECONDS)[1]
        except subprocess.TimeoutExpired:
            process.kill()
            return ""


@functools.cache
def _bash() -> str | None:
    """The bash that lessons run in; None where there is none, or one too old to read what newer ones can."""
    bash = shutil.which("bash")
    return bash if bash and bash_version(bash) >= OLDEST_BASH else None
