"""Which commands are meant to go on running while the lesson goes on, and from when they are left alone."""

from __future__ import annotations

from collections.abc import Sequence

from handrail.markdown.api import Block
from handrail.terminal.terminal import Terminal

FIRST_TERMINAL = "T1"
# A program that is meant to go on running is left alone when it has printed nothing for this many seconds.
SETTLED_AFTER = 3.0
LOOK_EVERY = 0.1


def is_settled(shell: Terminal, running_for: float) -> bool:
    """Whether what has been running in `shell` for so many seconds is quiet."""
    return min(shell.quiet_for, running_for) > SETTLED_AFTER


def is_meant_to_run(block: Block, following: Sequence[Block], shell: Terminal) -> bool:
    """Whether the block, which runs in `shell`, is meant to go on: it reads keys, has a terminal of its own, or the
    next block there (`following`: those after it in this terminal) interrupts it."""
    if shell.interactive or (block.terminal or FIRST_TERMINAL) != FIRST_TERMINAL:
        return True
    return bool(following) and (following[0].interrupt or following[0].ctrl_seq or not following[0].newline)


def first_line(block: Block) -> str:
    """What a block is called: its first line."""
    lines = [line for line in block.text.strip().splitlines() if line.strip()]
    first = lines[0].strip() if lines else "(empty)"
    return first + (" …" if len(lines) > 1 else "")
