"""On which TCP ports programs listen, from the tables that Linux keeps in /proc."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator

TABLES = ("/proc/net/tcp", "/proc/net/tcp6")
_LISTEN = "0A"


def listeners(table: str, user: int | None = None) -> Iterator[tuple[int, str]]:
    """(port, inode of the socket) of each line of a table that is a listening socket, of the `user` if one is named."""
    for line in table.splitlines():
        fields = line.split()
        if len(fields) > 9 and fields[3] == _LISTEN and user in (None, int(fields[7])):
            yield int(fields[1].rpartition(":")[2], 16), fields[9]


def here(user: int | None = None) -> frozenset[int] | None:
    """The ports of this machine, or of one user's programs on it; None where there are no such tables."""
    texts = _tables()
    return frozenset(port for text in texts for port, _ in listeners(text, user)) if texts else None


def of_processes(pids: Iterable[int]) -> frozenset[int]:
    """The ports of these processes of this machine."""
    inodes = set(_socket_inodes(pids))
    found = (each for text in (_tables() if inodes else []) for each in listeners(text))
    return frozenset(port for port, inode in found if inode in inodes)


def _tables() -> list[str]:
    texts = []
    for path in TABLES:
        try:
            with open(path, encoding="ascii") as table:
                texts.append(table.read())
        except OSError:
            continue
    return texts


def _socket_inodes(pids: Iterable[int]) -> Iterator[str]:
    for pid in pids:
        try:
            descriptors = os.listdir(f"/proc/{pid}/fd")
        except OSError:
            continue
        for descriptor in descriptors:
            try:
                target = os.readlink(f"/proc/{pid}/fd/{descriptor}")
            except OSError:
                continue
            if target.startswith("socket:["):
                yield target[8:-1]
