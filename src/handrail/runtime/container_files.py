"""Files of a lesson that runs in containers: a small script in the first of them reads and changes them.

The container is the wall here, and all in it is the learner's: files outside the home are written, too.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import cast

from handrail.runtime import files
from handrail.runtime.files import MOST_BYTES, MOST_ENTRIES, Content, Entry, FileChanged, FileRefused

_SCRIPT = Path(__file__).with_name("files.sh").read_text(encoding="utf-8")
_REFUSALS: dict[int, Callable[[str], FileRefused]] = {
    20: files.missing,
    21: files.is_folder,
    22: files.no_file,
    23: files.too_large,
    25: files.read_only,
    26: files.taken,
    27: files.not_empty,
    29: lambda path: FileRefused(f"{path or '~'} is the lesson's home folder, which stays."),
}
_CHANGED = 24

Execute = Callable[[list[str], bytes], bytes]


class ContainerFiles:
    """`execute` runs a command in the container with an input, and raises OSError whose errno is its exit status.

    Implements `files.Files`.
    """

    def __init__(self, execute: Execute) -> None:
        self._execute = execute

    def entries(self, folder: str) -> list[Entry]:
        listing = self._run("list", folder, str(MOST_ENTRIES)).decode("utf-8", "replace")
        entries = []
        for line in listing.split("\0")[:-1]:
            kind, _, name = line.partition(" ")
            entries.append(Entry(name, cast(files.Kind, kind)))
        return files.in_order(entries)

    def read(self, path: str) -> Content:
        answer = self._run("read", path, str(MOST_BYTES))
        return Content(answer[2:], answer[:1] == b"w")

    def write(self, path: str, data: bytes, expected: str | None = None) -> None:
        if len(data) > MOST_BYTES:
            raise files.too_large(path)
        version = "any" if expected is None else expected or "none"
        self._run("write", path, version, str(len(data)), data=data)

    def make_folder(self, path: str) -> None:
        self._run("folder", path)

    def rename(self, path: str, to: str) -> None:
        self._run("rename", path, to)

    def delete(self, path: str) -> None:
        self._run("delete", path)

    def _run(self, operation: str, path: str, *more: str, data: bytes = b"") -> bytes:
        if "\0" in path + "".join(more):
            raise FileRefused("No file can have that name. Choose another one.")
        try:
            return self._execute(["sh", "-c", _SCRIPT, "sh", operation, path, *more], data)
        except OSError as error:
            if error.errno == _CHANGED:
                raise FileChanged(path, self._now(path)) from None
            if error.errno in _REFUSALS:
                raise _REFUSALS[error.errno](more[0] if operation == "rename" and error.errno == 26 else path) from None
            raise FileRefused(f"{path}: {error.strerror}. Try it in the terminal.") from None

    def _now(self, path: str) -> Content | None:
        try:
            return self.read(path)
        except files.FileMissing:
            return None
