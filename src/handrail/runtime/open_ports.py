"""On which TCP ports programs listen, from the tables that Linux keeps in /proc."""

from __future__ import annotations

from collections.abc import Iterator

TABLES = ("/proc/net/tcp", "/proc/net/tcp6")
_LISTEN = "0A"


def listeners(table: str) -> Iterator[tuple[int, str]]:
    """(port, inode of the socket) of each line of a table that is a listening socket."""
    for line in table.splitlines():
        fields = line.split()
        if len(fields) > 9 and fields[3] == _LISTEN:
            yield int(fields[1].rpartition(":")[2], 16), fields[9]


def here() -> frozenset[int] | None:
    """The ports of this machine; None where there are no such tables."""
    texts = []
    for path in TABLES:
        try:
            with open(path, encoding="ascii") as table:
                texts.append(table.read())
        except OSError:
            continue
    return frozenset(port for text in texts for port, _ in listeners(text)) if texts else None
