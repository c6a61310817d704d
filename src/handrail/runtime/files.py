"""The lesson's files as an editor needs them, on this machine and in containers alike.

Paths are the lesson's: `~/x` and `x` are below its home, as is `/root/x`, which is the home on other platforms.
"""

from __future__ import annotations

import errno
import hashlib
from dataclasses import dataclass
from typing import Literal, Protocol

from handrail.errors import SessionError

MOST_BYTES = 2 * 1024 * 1024
"""Largest file that is read or written."""
MOST_ENTRIES = 2000
"""So many entries of a folder are listed."""


Kind = Literal["folder", "file", "other"]


class FileRefused(SessionError):
    """It is not done; the text says why and what to do."""


class FileMissing(FileRefused):
    """There is no such file or folder."""


class FileChanged(FileRefused):
    """The file is not what was read last. `now`: what is there, None when nothing is."""

    def __init__(self, path: str, now: Content | None) -> None:
        super().__init__(f"{path} was {'changed' if now else 'removed'} meanwhile.")
        self.now = now


@dataclass(frozen=True)
class Entry:
    """What is in a folder; a link is what it leads to, `other` what has no text: a device, a pipe, a broken link."""

    name: str
    kind: Kind


@dataclass(frozen=True)
class Content:
    """A file's bytes, and whether the learner may write it there."""

    data: bytes
    is_writable: bool

    @property
    def version(self) -> str:
        """Another one for each content: SHA-256 in hexadecimal digits."""
        return hashlib.sha256(self.data).hexdigest()

    def text(self, path: str) -> str:
        """The text, every byte kept. Raises FileRefused for what is none."""
        if b"\0" in self.data:
            raise FileRefused(f"{path} is not a text. Look at it in the terminal: file {path}")
        try:
            return self.data.decode("utf-8")
        except UnicodeDecodeError as error:
            raise FileRefused(
                f"{path} is not in UTF-8 (byte {error.start + 1}). Look at it in the terminal: less {path}"
            ) from None


class Files(Protocol):
    """Each raises FileRefused, or OSError when the disk is full."""

    def entries(self, folder: str) -> list[Entry]:
        """What is in a folder, folders first."""
        ...

    def read(self, path: str) -> Content:
        """A file of at most MOST_BYTES. Raises FileMissing."""
        ...

    def write(self, path: str, data: bytes, expected: str | None = None) -> None:
        """Replace a file as a whole, and make the folders that lead to it.

        `expected`: the version that is there, "" when nothing is; None for whatever is there. Raises FileChanged.
        """
        ...

    def make_folder(self, path: str) -> None:
        """A new folder."""
        ...

    def rename(self, path: str, to: str) -> None:
        """Move a file or folder to a name that is free."""
        ...

    def delete(self, path: str) -> None:
        """Remove a file, a link or an empty folder."""
        ...


def in_order(entries: list[Entry]) -> list[Entry]:
    """Folders first, then by name in any letter case."""
    return sorted(entries, key=lambda entry: (entry.kind != "folder", entry.name.casefold(), entry.name))


def existing_text(files: Files, path: str) -> str:
    """The text of a file, "" when there is none. Raises FileRefused."""
    try:
        return files.read(path).text(path)
    except FileMissing:
        return ""


def missing(path: str) -> FileMissing:
    return FileMissing(f"There is no {path}. See what there is: ls -a")


def is_folder(path: str) -> FileRefused:
    return FileRefused(f"{path} is a folder. Look into it in the terminal: ls -a {path}")


def no_file(path: str) -> FileRefused:
    return FileRefused(f"{path} is not a file with a text in it. See what it is: ls -ld {path}")


def too_large(path: str) -> FileRefused:
    most = MOST_BYTES // (1024 * 1024)
    return FileRefused(f"{path} is too large: the editor takes up to {most} MiB. In the terminal: less {path}")


def taken(path: str) -> FileRefused:
    return FileRefused(f"There is {path} already. Choose another name.")


def read_only(path: str) -> FileRefused:
    return FileRefused(f"{path} may be read and not written. See who may, in the terminal: ls -l {path}")


def outside(path: str) -> FileRefused:
    return FileRefused(f"{path} is outside the lesson's home folder, where nothing is changed from here.")


def not_empty(path: str) -> FileRefused:
    return FileRefused(f"{path} is not empty. Delete what is in it first, or all at once in the terminal: rm -r {path}")


def refused(error: OSError, path: str) -> FileRefused | OSError:
    """What the system said, for a person; what has nothing to do with the file stays as it is."""
    known = {
        errno.ENOENT: missing,
        errno.EISDIR: is_folder,
        errno.EACCES: read_only,
        errno.EPERM: read_only,
        errno.EROFS: read_only,
        errno.ENOTEMPTY: not_empty,
        errno.EEXIST: taken,
        errno.ENXIO: no_file,
    }.get(error.errno or 0)
    if known is not None:
        return known(path)
    said = {
        errno.ENOTDIR: "a part of its path is a file, not a folder. Choose another name.",
        errno.ENAMETOOLONG: "the name is too long. Choose a shorter one.",
        errno.ELOOP: f"its links go round in a circle. See where they lead: ls -ld {path}",
        errno.EINVAL: "that is not possible there. Choose another name.",
        errno.EBUSY: f"it is in use. See by what, in the terminal: ls -ld {path}",
    }.get(error.errno or 0)
    return FileRefused(f"{path}: {said}") if said else error
