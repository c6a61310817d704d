"""Replace a file as a whole: whoever reads it, and a crash at any moment, finds the old text or the new one."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path


def write_atomically(path: Path, content: str | bytes, mode: int = 0o600) -> None:
    """Write aside, flush to the disk, rename. `mode` holds from the first byte that others could read. Raises OSError.

    A second name (hard link) of the old file keeps the old content; text is written as UTF-8.
    """
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        write_atomically_in(folder, path.name, content.encode() if isinstance(content, str) else content, mode)
    finally:
        os.close(folder)


def write_atomically_in(
    folder: int, name: str, content: bytes, mode: int, owner: tuple[int, int] | None = None
) -> None:
    """The same in an open folder, whatever its path has become. `owner` is kept where the system lets us."""
    aside = f".{name[:80]}.{secrets.token_hex(6)}"
    # Nobody else may read it before it has its mode.
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600, dir_fd=folder)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            if owner is not None:
                with contextlib.suppress(OSError):
                    os.fchown(descriptor, *owner)
            os.fchmod(descriptor, mode)
            os.fsync(descriptor)
        os.replace(aside, name, src_dir_fd=folder, dst_dir_fd=folder)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(aside, dir_fd=folder)
        raise
