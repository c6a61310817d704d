"""Press Ctrl-C in a shell, again where the first one may have reached nobody.

Bash says that a command begins before the program owns the terminal: a Ctrl-C in between reaches the shell, or a
fork of it that is about to become the program, and is forgotten. A program that has had it is not pressed again:
many stop in order at the first Ctrl-C and at once at the second.
"""

from __future__ import annotations

import asyncio

from handrail.terminal import processes, shell_states
from handrail.terminal.shell import CLEAR_LINE, Shell
from handrail.terminal.shell_states import Ended, Starting

CTRL_C = b"\x03"
# Long enough for what stops in order after Ctrl-C, like `docker compose up` (seconds).
PRESS_FOR = 15.0
# How often to look for a program that has not had it yet (seconds).
_LOOK_EVERY = 0.1
# Where only the shell can be seen (its own `read`, a loop in a subshell, a shell in a container), nobody knows what
# has had it: the first repeat comes after so many seconds, the next ones after twice as long each.
_REPEAT_AFTER = 1.0


class CtrlC:
    """Ctrl-C for one shell. `stop` it when the prompt is back, before anything else is typed."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self._task: asyncio.Task[None] | None = None

    def press(self, within: float = PRESS_FOR) -> None:
        """Press it now, and again while the prompt is not back, for at most so many seconds; at the prompt, clear
        the line."""
        self.stop()
        if shell_states.is_ready(self._shell.state):
            self._shell.press(CLEAR_LINE)
            return
        had = set(self._programs())
        # While the shell starts, it would cut its start-up file short; after a command's end the prompt comes anyway,
        # unless bash was interrupted while it started the program, and goes on without it.
        if had or not isinstance(self._shell.state, Starting | Ended):
            self._shell.press(CTRL_C)
        self._task = asyncio.create_task(self._press_again(had, within))

    def stop(self) -> None:
        """Press it no more."""
        if self._task is not None:
            self._task.cancel()
            self._task = None

    async def _press_again(self, had: set[tuple[int, str]], within: float) -> None:
        loop = asyncio.get_running_loop()
        pressed = loop.time()
        give_up, patience = pressed + within, _REPEAT_AFTER
        key = CTRL_C
        while not await self._shell.wait(self._shell.is_at_rest, loop.time() + _LOOK_EVERY) and loop.time() < give_up:
            if isinstance(self._shell.state, Starting):
                continue
            if shell_states.is_unfinished(self._shell.state):
                # Readline can take Ctrl-C and wait for a key before it acts, and bash can drop it: press both in turn.
                key = CTRL_C if key == CLEAR_LINE else CLEAR_LINE
                self._shell.press(key)
                continue
            programs = self._programs()
            is_late = loop.time() - pressed >= patience and self._are_forks(programs)
            if programs - had or is_late:
                had |= programs
                pressed = loop.time()
                patience *= 2 if is_late else 1
                self._shell.press(CTRL_C)

    def _programs(self) -> frozenset[tuple[int, str]]:
        """The programs that have the terminal; none while the shell itself has it."""
        group = self._shell.foreground
        return frozenset() if group in (None, self._shell.pid) else processes.roots(group)

    def _are_forks(self, programs: frozenset[tuple[int, str]]) -> bool:
        """Whether these are but forks of the shell."""
        own = processes.command_line(self._shell.pid)
        return all(words == own for _, words in programs)
