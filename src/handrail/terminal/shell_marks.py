"""Find the shell's marks in what a terminal prints.

`bashrc` makes bash print an OSC 133 sequence when a command starts, when it ends, and when the prompt is
ready. A mark can be split anywhere between two reads; everything else passes without being looked at twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

_PREFIX = b"\x1b]133;"
_END = b"\x07"
# Readline turns bracketed paste on when it begins to read a line.
_READING = b"\x1b[?2004h"
# Ours are shorter than 40 bytes; a longer sequence is somebody else's.
_LONGEST = 64


_BEGINS, _ENDS = _PREFIX + b"C;", _PREFIX + b"D;"


@dataclass(frozen=True)
class Mark:
    """C: a command starts. D: it ended, with its status. B: the prompt is ready. P: the shell wants more text. B and C
    carry the status of the command before and the number of the line that the shell has read last.

    R: something reads a line; after the D and B marks of the same chunk, and missed when split between chunks:
    it only serves to notice that the other marks are lost.
    """

    kind: Literal["B", "C", "D", "P", "R"]
    status: int | None = None
    line: int | None = None


class MarkScanner:
    """Scan a stream of bytes for the marks that carry `key`; others' OSC 133 sequences are ignored."""

    def __init__(self, key: str) -> None:
        self._key = key.encode()
        self._tail = b""

    def feed(self, data: bytes) -> list[Mark]:
        """Marks that are complete with `data`, in order."""
        if self._tail:
            data = self._tail + data
            self._tail = b""
        found: list[Mark] = []
        start = data.find(_PREFIX)
        while start >= 0:
            end = data.find(_END, start, start + _LONGEST)
            if end < 0:
                if len(data) - start < _LONGEST:
                    self._tail = data[start:]
                    break
                end = start + len(_PREFIX)
            elif (mark := self._parse(data[start + len(_PREFIX) : end])) is not None:
                found.append(mark)
            start = data.find(_PREFIX, end)
        if _READING in data:
            found.append(Mark("R"))
        last = data.rfind(b"\x1b", -len(_PREFIX) + 1)
        if not self._tail and last >= 0 and _PREFIX.startswith(data[last:]):
            self._tail = data[last:]
        return found

    def _parse(self, body: bytes) -> Mark | None:
        kind, _, rest = body.partition(b";")
        key, _, rest = rest.partition(b";")
        if key != self._key:
            return None
        status, line = (int(each) if each.isdigit() else None for each in rest.partition(b";")[::2])
        if kind in (b"B", b"D") and status is not None:
            return Mark("B" if kind == b"B" else "D", status, line)
        if kind == b"C":
            return Mark("C", status, line)
        if kind == b"P":
            return Mark("P")
        return None


def command_output(printed: bytes) -> bytes:
    """What the commands of one block have printed, of what its terminal showed from the block's beginning to the next
    prompt: all between the first C and the last D mark."""
    before, begins, after = printed.partition(_BEGINS)
    inside = after if begins else before  # of a long output the beginning is gone
    return (begins + inside).rpartition(_ENDS)[0] or begins + inside
