"""Ports on which the learner's own processes listen, so that the page can link to them. Linux only: reads /proc."""

import os
from collections.abc import Iterable
from pathlib import Path

from handrail.runtime.open_ports import TABLES, listeners

_PROC = Path("/proc")


def listening(pids: Iterable[int]) -> list[int]:
    """TCP ports that these processes listen on, in order."""
    inodes = _socket_inodes(pids)
    if not inodes:
        return []
    ports: set[int] = set()
    for table in TABLES:
        try:
            text = Path(table).read_text()
        except OSError:
            continue
        ports |= {port for port, inode in listeners(text) if inode in inodes}
    return sorted(ports)


def _socket_inodes(pids: Iterable[int]) -> set[str]:
    inodes: set[str] = set()
    for pid in pids:
        try:
            descriptors = list((_PROC / str(pid) / "fd").iterdir())
        except OSError:
            continue
        for descriptor in descriptors:
            try:
                target = os.readlink(descriptor)
            except OSError:
                continue
            if target.startswith("socket:["):
                inodes.add(target[8:-1])
    return inodes
