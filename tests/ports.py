"""Ports for the programs that tests start."""

from __future__ import annotations

import socket
from collections import deque

# More than are waited for at once, and fewer than a process may have open files.
_HELD_AT_ONCE = 200
_held: deque[socket.socket] = deque()


def free_port() -> int:
    """A port of 127.0.0.1 for a program that is about to start.

    A socket of ours stays bound to it and does not listen: the kernel then gives the port to nobody else, connections
    are refused, and a program that sets SO_REUSEADDR, as servers do, can listen on it.
    """
    held = socket.socket()
    held.bind(("127.0.0.1", 0))
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    _held.append(held)
    if len(_held) > _HELD_AT_ONCE:
        _held.popleft().close()
    return int(held.getsockname()[1])


def free_ports(count: int) -> list[int]:
    """So many different ones."""
    return [free_port() for _ in range(count)]
