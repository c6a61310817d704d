"""Reads files of a scenario, and nothing outside the repository that it belongs to.

Scenarios come from strangers. A reference may be absolute, climb with `..`, be a symbolic link that leaves the
repository or goes round in circles, or name a device that never ends. Each of these is a `Problem`, never a read.
A link that stays inside the repository is followed: courses share pages and scripts in that way.
"""

import os
import stat
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from handrail.problems import Problem
from handrail.scenario.repository import may_lead_to, repository_of

PAGE_LIMIT = 1_000_000
"""Largest page read, in bytes. The largest one seen in 1,600 public scenarios has 0.2 MB."""
SCRIPT_LIMIT = 4 * 1024 * 1024
"""Largest script read, in bytes; some carry an archive."""

BOM = "\ufeff"


class UnsafePath(Exception):
    """A reference that will not be followed; `problem` says why. `str(error)` is what is wrong with it."""

    def __init__(self, code: str, case: str = "", **facts: str | int) -> None:
        self.code, self.case, self.facts = code, case, facts
        super().__init__(self.problem("").message)

    def problem(self, path: str, line: int = 1, column: int = 1) -> Problem:
        """The problem, at the place that named the file."""
        return Problem.of(self.code, path, line, column, self.case, **self.facts)


@dataclass(frozen=True)
class Text:
    """A text file as read: `content` has no byte order mark; invalid bytes became U+FFFD."""

    content: str
    bom: bool
    invalid_at: int | None
    """Offset of the first byte that is not UTF-8, or None."""


def resolve(root: Path, reference: str) -> Path:
    """The real path of `reference`, an existing regular file, as `inside` finds it. Raises `UnsafePath`."""
    path = inside(root, reference)
    try:
        mode = os.stat(path).st_mode
    except OSError as error:
        raise _missing(reference, error) from None
    if stat.S_ISDIR(mode):
        raise UnsafePath("not-a-file", file=reference)
    if not stat.S_ISREG(mode):
        raise UnsafePath("not-a-file", "device", file=reference)
    return path


def named(root: Path, reference: str) -> Path:
    """As `resolve`, but of a file elsewhere in the repository the path by which it is a file of the scenario."""
    path = resolve(root, reference)
    base = _real(root)
    return path if _is_below(str(path), base) else Path(os.path.normpath(f"{base}/{reference}"))


def inside(root: Path, reference: str) -> Path:
    """The real path of `reference`, which need not exist, under `root` or where a link in it leads in its repository.

    Raises `UnsafePath`.
    """
    if "\0" in reference:
        raise UnsafePath("path-escape", "nul", file=reference)
    if reference.startswith(("/", "~")) or os.path.isabs(reference):
        raise UnsafePath("path-escape", "absolute", file=reference)
    if ".." in reference.replace("\\", "/").split("/"):
        raise UnsafePath("path-escape", "climbs", file=reference)
    base = _real(root)
    try:
        path = _follow(base, reference)
    except OSError as error:
        raise _missing(reference, error) from None
    if not _is_below(path, base) and not may_lead_to(repository_of(Path(base)), path):
        raise UnsafePath("path-escape", file=reference)
    return Path(path)


def _is_below(path: str, base: str) -> bool:
    return path == base or path.startswith(base.rstrip("/") + "/")


@lru_cache(maxsize=256)
def _real(root: Path) -> str:
    return os.path.realpath(root)


def _follow(base: str, reference: str) -> str:
    """The real path of an existing `base`/`reference`. `os.path.realpath` would look at all of `base` again."""
    path = base
    for part in reference.split("/"):
        if part not in ("", "."):
            path = f"{path}/{part}"
            if stat.S_ISLNK(os.lstat(path).st_mode):
                return os.path.realpath(os.path.join(base, reference), strict=True)
    return path


def text_limit(name: str) -> int:
    """How many bytes of the page or script of this name are read at most."""
    return PAGE_LIMIT if name.endswith(".md") else SCRIPT_LIMIT


def read_text(root: Path, reference: str, limit: int) -> Text:
    """Read `reference` under `root` as UTF-8. Raises `UnsafePath`."""
    return decode(read_bytes(root, reference, limit))


def read_bytes(root: Path, reference: str, limit: int) -> bytes:
    """Read `reference` under `root`. Raises `UnsafePath`, also for a file larger than `limit` bytes."""
    path = resolve(root, reference)
    # O_NOFOLLOW and O_NONBLOCK: what was checked may have been replaced since by a link or a pipe.
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise _missing(reference, error) from None
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise UnsafePath("not-a-file", "replaced", file=reference)
        if status.st_size > limit:
            raise UnsafePath("file-too-big", file=reference, size=f"{status.st_size:,}", most=f"{limit:,}")
        parts = []
        left = limit
        while left > 0 and (part := os.read(descriptor, min(left, status.st_size + 1))):
            parts.append(part)
            left -= len(part)
        return b"".join(parts)
    except OSError as error:
        raise _missing(reference, error) from None
    finally:
        os.close(descriptor)


def decode(data: bytes) -> Text:
    """Bytes to text: drop a byte order mark, replace what is not UTF-8."""
    invalid_at = None
    try:
        content = data.decode("utf-8")
    except UnicodeDecodeError as error:
        invalid_at = error.start
        content = data.decode("utf-8", "replace")
    bom = content.startswith(BOM)
    return Text(content[1:] if bom else content, bom, invalid_at)


def _missing(reference: str, error: OSError) -> UnsafePath:
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return UnsafePath("file-missing", file=reference)
    if error.errno == 40:  # ELOOP
        return UnsafePath("path-escape", "loop", file=reference)
    reason = (error.strerror or "it cannot be read").lower()
    return UnsafePath("file-unreadable", file=reference, reason=reason)
