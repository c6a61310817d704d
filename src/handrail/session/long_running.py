"""Which commands are meant to go on running while the lesson goes on, and from when they are left alone."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from handrail.markdown.api import Block
from handrail.terminal.terminal import Terminal

FIRST_TERMINAL = "T1"
# A program that is meant to go on running is left alone when it has printed nothing for this many seconds.
SETTLED_AFTER = 3.0
LOOK_EVERY = 0.1
# A program that waits for what is typed next has done with what was typed before.
_CALM_AFTER = 0.3
# Of any other program nobody knows; this is as long as a person would look at it (seconds).
_GIVE_UP_AFTER = 3.0
_PROMPT_WITHIN = 5.0


def is_settled(shell: Terminal, running_for: float) -> bool:
    """Whether what has been running in `shell` for so many seconds is quiet."""
    return min(shell.quiet_for, running_for) > SETTLED_AFTER


def is_meant_to_run(block: Block, following: Sequence[Block], shell: Terminal) -> bool:
    """Whether the block, which runs in `shell`, is meant to go on: it reads keys or lines, has a terminal of its own,
    or the next block there (`following`: those after it in this terminal) interrupts it or presses keys."""
    if shell.awaits in ("keys", "lines") or (block.terminal or FIRST_TERMINAL) != FIRST_TERMINAL:
        return True
    return bool(following) and (following[0].interrupt or following[0].ctrl_seq or not following[0].newline)


async def until_calm(shell: Terminal, was_busy: bool, within: float | None) -> None:
    """Wait, as a person would, until what was just typed has had its effect: the program waits for more, the prompt
    is back (`was_busy`: there was a program), or nothing has been printed for a while; at most `within` seconds."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    while within is None or loop.time() < began + within:
        await asyncio.sleep(LOOK_EVERY)
        if was_busy and not shell.busy and await shell.wait_prompt(_PROMPT_WITHIN):
            return
        quiet_for = min(shell.quiet_for, loop.time() - began)
        if quiet_for > _GIVE_UP_AFTER or (
            quiet_for > _CALM_AFTER and shell.has_read_all and (not shell.busy or shell.awaits)
        ):
            return


def first_line(block: Block) -> str:
    """What a block is called: its first line."""
    lines = [line for line in block.text.strip().splitlines() if line.strip()]
    first = lines[0].strip() if lines else "(empty)"
    return first + (" …" if len(lines) > 1 else "")
