"""Files of a lesson that runs on this machine.

A lesson's own commands may put links into its home, and change them at any moment. So nothing is opened by its whole
path: each part is looked at and opened in the folder before it, links are followed by hand, and what leaves the home
is never written. A link or an absolute path that leads outside may be read, when it is a regular file on a disk.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections import deque
from collections.abc import Iterator
from pathlib import Path

from handrail.atomic_write import write_atomically_in
from handrail.runtime import files
from handrail.runtime.files import MOST_BYTES, MOST_ENTRIES, Content, Entry, FileChanged, FileMissing, FileRefused, Kind

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
# As many as Linux follows.
_MOST_LINKS = 40
# Their files are no files: reading one may change a device or tell what is in another process.
_NO_DISKS = ("/proc", "/sys", "/dev")


class _Outside(Exception):
    """The path leads out of the home."""


class HomeFiles:
    """The files below `home`. Implements `files.Files`."""

    def __init__(self, home: Path) -> None:
        self._home = home

    def entries(self, folder: str) -> list[Entry]:
        with self._refusing(folder), self._place(folder) as (parent, name):
            descriptor = os.open(name, _FOLDER, dir_fd=parent)
            try:
                found: list[Entry] = []
                with os.scandir(descriptor) as entries:
                    for entry in entries:
                        found.append(Entry(*_shown(entry)))
                        if len(found) >= MOST_ENTRIES:
                            break
            finally:
                os.close(descriptor)
        return files.in_order(found)

    def read(self, path: str) -> Content:
        with self._refusing(path):
            try:
                with self._place(path) as (parent, name):
                    return _content(parent, name, path)
            except _Outside:
                return self._read_outside(path)

    def write(self, path: str, data: bytes, expected: str | None = None) -> None:
        if len(data) > MOST_BYTES:
            raise files.too_large(path)
        try:
            self._write(path, data, expected)
        except FileMissing:  # the folder that it was in
            raise FileChanged(path, None) from None

    def _write(self, path: str, data: bytes, expected: str | None) -> None:
        with self._refusing(path), self._place(path, make=expected in (None, "")) as (parent, name):
            try:
                old = os.stat(name, dir_fd=parent, follow_symlinks=False)
            except FileNotFoundError:
                if expected:
                    raise FileChanged(path, None) from None
                write_atomically_in(parent, name, data, 0o644)
                return
            if expected is not None:
                now = _content(parent, name, path)
                if now.version != expected:
                    raise FileChanged(path, now)
            elif not stat.S_ISREG(old.st_mode):
                raise files.is_folder(path) if stat.S_ISDIR(old.st_mode) else files.no_file(path)
            if not _may_write(parent, name, old):
                raise files.read_only(path)
            write_atomically_in(parent, name, data, stat.S_IMODE(old.st_mode), (old.st_uid, old.st_gid))

    def make_folder(self, path: str) -> None:
        with self._refusing(path), self._place(path, make=True) as (parent, name):
            os.mkdir(name, dir_fd=parent)

    def rename(self, path: str, to: str) -> None:
        with self._refusing(path), self._place(path, last=False) as (parent, name):
            _not_home(name, path)
            os.stat(name, dir_fd=parent, follow_symlinks=False)
            with self._refusing(to), self._place(to, make=True, last=False) as (target, new):
                if _exists(target, new):
                    raise files.taken(to)
                os.rename(name, new, src_dir_fd=parent, dst_dir_fd=target)

    def delete(self, path: str) -> None:
        with self._refusing(path), self._place(path, last=False) as (parent, name):
            _not_home(name, path)
            if stat.S_ISDIR(os.stat(name, dir_fd=parent, follow_symlinks=False).st_mode):
                os.rmdir(name, dir_fd=parent)
            else:
                os.unlink(name, dir_fd=parent)

    # The way to a file

    @contextlib.contextmanager
    def _refusing(self, path: str) -> Iterator[None]:
        try:
            yield
        except _Outside:
            raise files.outside(path) from None
        except OSError as error:
            raise files.refused(error, path) from None
        except ValueError:  # a NUL, or half a character
            raise FileRefused("No file can have that name. Choose another one.") from None

    @contextlib.contextmanager
    def _place(self, path: str, *, make: bool = False, last: bool = True) -> Iterator[tuple[int, str]]:
        """The open folder in which the path ends, and the name there ("." for the home itself); it need not exist.

        `make`: folders that are missing on the way are made. `last`: a link at the end is followed. Raises _Outside.
        """
        way = [os.open(self._home, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)]
        try:
            yield self._walk(way, deque(self._parts(path)), make, last)
        finally:
            for descriptor in way:
                os.close(descriptor)

    def _walk(self, way: list[int], parts: deque[str], make: bool, last: bool) -> tuple[int, str]:
        links = 0
        while parts:
            part = parts.popleft()
            if part == "..":
                if len(way) == 1:
                    raise _Outside
                os.close(way.pop())
                continue
            try:
                mode = os.stat(part, dir_fd=way[-1], follow_symlinks=False).st_mode
            except FileNotFoundError:
                if not parts:
                    return way[-1], part
                if not make:
                    raise
                os.mkdir(part, dir_fd=way[-1])
                mode = stat.S_IFDIR
            if stat.S_ISLNK(mode) and (parts or last):
                links += 1
                if links > _MOST_LINKS:
                    raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
                target = os.readlink(part, dir_fd=way[-1])
                if target.startswith("/"):
                    while len(way) > 1:
                        os.close(way.pop())
                parts.extendleft(reversed(self._parts(target) if target.startswith("/") else _split(target)))
            elif parts:
                # What was no link a moment ago is not followed if it is one now.
                way.append(os.open(part, _FOLDER, dir_fd=way[-1]))
            else:
                return way[-1], part
        return way[-1], "."

    def _parts(self, path: str) -> list[str]:
        """The parts of a path below the home. Raises _Outside for another absolute one."""
        if path in ("", "~", "/root"):
            return []
        if path.startswith("/"):
            for home in (str(self._home), os.path.realpath(self._home), "/root"):
                if path == home or path.startswith(home + "/"):
                    return _split(path[len(home) :])
            raise _Outside
        return _split(path.removeprefix("~/"))

    def _read_outside(self, path: str) -> Content:
        real = os.path.realpath(path if path.startswith("/") else self._home / path.removeprefix("~/"))
        if any(real == place or real.startswith(place + "/") for place in _NO_DISKS):
            raise files.no_file(path)
        folder, name = os.path.split(real)
        descriptor = os.open(folder, _FOLDER)
        try:
            if os.fstat(descriptor).st_dev in {os.stat(place).st_dev for place in _NO_DISKS if os.path.exists(place)}:
                raise files.no_file(path)
            return Content(_content(descriptor, name, path).data, False)
        finally:
            os.close(descriptor)


def _split(path: str) -> list[str]:
    return [part for part in path.split("/") if part not in ("", ".")]


def _shown(entry: os.DirEntry[str]) -> tuple[str, Kind]:
    """Name and kind of an entry; a name that is not UTF-8 can be seen and nothing more."""
    name = os.fsencode(entry.name).decode("utf-8", "replace")
    with contextlib.suppress(OSError):
        if name == entry.name:
            return name, "folder" if entry.is_dir() else "file" if entry.is_file() else "other"
    return name, "other"


def _content(parent: int, name: str, path: str) -> Content:
    """What a regular file holds. It is looked at before it is opened, which some devices take for a command."""
    _check_regular(os.stat(name, dir_fd=parent, follow_symlinks=False), path)
    descriptor = os.open(name, _READ, dir_fd=parent)
    with os.fdopen(descriptor, "rb") as stream:
        status = os.fstat(descriptor)
        _check_regular(status, path)
        data = stream.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise files.too_large(path)
    return Content(data, _may_write(parent, name, status))


def _check_regular(status: os.stat_result, path: str) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise files.is_folder(path)
    if not stat.S_ISREG(status.st_mode):
        raise files.no_file(path)
    if status.st_size > MOST_BYTES:
        raise files.too_large(path)


def _may_write(parent: int, name: str, status: os.stat_result) -> bool:
    """Whether a save will do. Who took all rights to write away means it, even where the system lets root."""
    is_meant = bool(status.st_mode & 0o222)
    return is_meant and all(os.access(each, os.W_OK, dir_fd=parent) for each in (name, "."))


def _exists(parent: int, name: str) -> bool:
    try:
        os.stat(name, dir_fd=parent, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return True


def _not_home(name: str, path: str) -> None:
    if name == ".":
        raise FileRefused(f"{path or '~'} is the lesson's home folder, which stays.")
