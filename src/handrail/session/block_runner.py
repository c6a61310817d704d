"""Run blocks the way their words say: as a whole block, as keys, after Ctrl-C; leave what is meant to go on.

The player, `handrail test` and fast-forward all run blocks through this one object, with the same limits.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from handrail.errors import SessionError
from handrail.markdown.api import Block
from handrail.session import long_running
from handrail.session.limits import Limits
from handrail.terminal.block_run import CommandResult
from handrail.terminal.ctrl_c import CTRL_C
from handrail.terminal.terminal import Terminal

# Until what was sent before runs, bash takes the keys (seconds).
_BEGIN_WITHIN = 5.0
# How long a click is shown to run whose keys a program has got that never calms down (seconds).
_LEARNER_WAITS = 10.0


class TerminalBusy(SessionError):
    """A command still runs in the terminal."""


class StillRuns(SessionError):
    """What runs in the terminal goes on although the block pressed Ctrl-C first; `what`: its title, if it was left
    running by a block."""

    def __init__(self, sentence: str, what: str) -> None:
        super().__init__(sentence)
        self.what = what


@dataclass(frozen=True)
class _Left:
    """What was left running in a terminal."""

    task: asyncio.Task[CommandResult]
    title: str


class BlockRunner:
    """Types blocks into terminals, waits for their ends, and remembers what was left running where."""

    def __init__(self, limits: Callable[[], Limits]) -> None:
        self._limits = limits
        self._left: dict[Terminal, _Left] = {}

    async def run(self, block: Block, shell: Terminal, *, limited: bool, type_when_busy: bool) -> CommandResult:
        """Type an "execute" block and wait for its end, if it has one.

        limited: stop it at its limits. type_when_busy: type into whatever runs there. What was left running there is
        typed into in any case. Raises TerminalBusy, StillRuns.
        """
        await shell.wait_begun(_BEGIN_WITHIN)
        if block.ctrl_seq:
            key = control_key(block.text)
            # Ctrl-C gets lost at a command's start, a key does not.
            press = shell.interrupt if key == CTRL_C and shell.busy else lambda: shell.write(key)
            return await self._typed(shell, press, limited)
        timeout, quiet = self._limits_for(block) if limited else (None, None)
        if block.interrupt and not await self.interrupt(shell, timeout) and shell.busy and block.newline:
            # The block is meant for the shell: typed into a program that goes on, it would never run.
            raise StillRuns(
                f"Ctrl-C did not end what runs in {shell.name}, so this was not run: end that program first, or use "
                "another terminal.",
                self.left_in(shell),
            )
        if not block.newline:
            return await self.type(block.text, shell, newline=False, limited=limited)
        if shell.busy:
            if not (type_when_busy or self.left_in(shell)):
                raise TerminalBusy(
                    f"A command still runs in {shell.name}: wait for its end, interrupt it, or open another terminal."
                )
            return await self.type(block.text, shell, limited=limited)
        return await shell.run(block.text, timeout=timeout, quiet=quiet)

    async def type(self, text: str, shell: Terminal, *, newline: bool = True, limited: bool = True) -> CommandResult:
        """Type into what runs in `shell`, and wait until that has had its effect; `limited`: no longer than a block
        may be silent."""
        return await self._typed(shell, lambda: shell.type(text, newline=newline), limited)

    async def _typed(self, shell: Terminal, press: Callable[[], None], limited: bool) -> CommandResult:
        loop = asyncio.get_running_loop()
        began, was_busy = loop.time(), shell.busy
        into, awaited = self.left_in(shell), shell.awaits
        press()
        await long_running.until_calm(shell, was_busy, self._limits().quiet if limited else _LEARNER_WAITS)
        return CommandResult(None, "typed", loop.time() - began, into, awaited)

    async def interrupt(self, shell: Terminal, timeout: float | None = None) -> bool:
        """Press Ctrl-C until the prompt is back; False when it is not within the limit, or within `timeout` s."""
        limit = self._limits().interrupt
        within = limit if timeout is None else min(limit, timeout)
        shell.interrupt(within)
        return await shell.wait_prompt(within)

    async def end_or_leave(
        self, task: asyncio.Task[CommandResult], shell: Terminal, title: str, is_meant: Callable[[], bool]
    ) -> CommandResult:
        """Wait for the end of what runs in `shell`, or until it is quiet and meant to go on: "left-running".

        title: what it is called when it stands in somebody's way.
        """
        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            while not task.done():
                await asyncio.wait({task}, timeout=long_running.LOOK_EVERY)
                running_for = loop.time() - began
                # Asked many times a second: whether it is meant to go on only for a program that is quiet. What was
                # typed into one that has been left is no program of its own.
                is_settled = not self.left_in(shell) and long_running.is_settled(shell, running_for)
                if not task.done() and is_settled and is_meant():
                    self._left[shell] = _Left(task, title)
                    shell.lift_limits()
                    return CommandResult(None, "left-running", running_for)
        except asyncio.CancelledError:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            raise
        return task.result()

    async def end_left(self) -> None:
        """End what was left running."""
        tasks = [left.task for left in self._left.values()]
        self._left.clear()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _limits_for(self, block: Block) -> tuple[float, float | None]:
        """Seconds for the block in all, and without output."""
        limits = self._limits()
        if block.directives.timeout:
            return block.directives.timeout, None
        return limits.block, limits.quiet

    def left_in(self, shell: Terminal) -> str:
        """What was left running in the terminal and runs there still; empty when nothing was."""
        if shell in self._left and (self._left[shell].task.done() or not shell.busy):
            del self._left[shell]
        return self._left[shell].title if shell in self._left else ""


def control_key(text: str) -> bytes:
    """What a `ctrl-seq` block types: "^C" is Ctrl-C, "^ESC" is Escape; anything else as it stands."""
    text = text.strip()
    if text.upper() == "^ESC":
        return b"\x1b"
    if len(text) == 2 and text[0] == "^" and 0x40 <= ord(text[1].upper()) < 0x60:
        return bytes([ord(text[1].upper()) & 0x1F])
    return text.encode(errors="surrogateescape")
