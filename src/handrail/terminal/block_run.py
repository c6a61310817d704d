"""Run one block in a shell, with limits that look for progress, and stop what does not end."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from handrail.terminal import processes, shell_states
from handrail.terminal.command_statuses import Command
from handrail.terminal.ctrl_c import CtrlC
from handrail.terminal.shell import Awaited, Shell
from handrail.terminal.shell_states import Exited

Ended = Literal["prompt", "shell-exited", "timeout", "stalled", "incomplete", "typed", "left-running"]

# How long a block that is stopped may take after Ctrl-C, and after each signal that follows (seconds).
_STOP_WITHIN = 2.0


@dataclass(frozen=True)
class CommandResult:
    """How a block ended.

    status: exit status of its last command; None when it was stopped before one was known.
    ended: "prompt" — the shell is back; "shell-exited"; "timeout" — over its limit; "stalled" — nothing printed
    for too long; "incomplete" — the shell waits for the rest of an unfinished command (in these three cases the
    block has been stopped); "typed" — into a program that runs, so there is no end to wait for; "left-running" — it
    is meant to go on, and does.
    duration: seconds.
    into: of what was typed: the program that ran. awaited: what that waited for, or the block when it was stopped.
    commands: those of a block that ended at the prompt, in order.
    """

    status: int | None
    ended: Ended
    duration: float
    into: str = ""
    awaited: Awaited = ""
    commands: tuple[Command, ...] = ()

    @property
    def failed_before(self) -> list[int]:
        """Numbers, from 1, of the commands before the last one that ended with another status than 0."""
        return [number for number, each in enumerate(self.commands[:-1], 1) if each.status]


class BlockRun:
    """One block in `shell`. timeout: seconds, the wait for the prompt included; quiet: seconds without output."""

    def __init__(self, shell: Shell, ctrl_c: CtrlC, timeout: float | None, quiet: float | None) -> None:
        self._shell, self._ctrl_c = shell, ctrl_c
        self._loop = asyncio.get_running_loop()
        self._began = self._loop.time()
        self._deadline = None if timeout is None else self._began + timeout
        self._quiet = quiet
        self.sent = False
        """Whether the prompt has come and the shell has the block."""

    def lift_limits(self) -> None:
        """Let it go on for as long as it likes, silent or not."""
        self._deadline = self._quiet = None
        self._shell.wake()

    async def run(self, text: bytes) -> CommandResult:
        """Wait for the prompt, send the block, wait for its end; at a limit, stop it."""
        shell = self._shell
        shell.last_output = self._loop.time()
        awaited: Awaited = ""
        if shell_states.is_unfinished(shell.state):
            self._ctrl_c.press(_STOP_WITHIN)
        ended = await self._until(lambda: shell_states.is_ready(shell.state))
        if ended == "prompt":
            self._ctrl_c.stop()
            shell.send_block(text)
            self.sent = True
            try:
                ended = await self._until(lambda: not shell_states.has_block(shell.state))
            except asyncio.CancelledError:
                if shell_states.has_block(shell.state):
                    self._ctrl_c.press()
                raise
            if ended not in ("prompt", "shell-exited"):
                awaited = shell.awaits
                await self._stop()
        status = {"prompt": shell.block_status, "shell-exited": self._exit_status()}.get(ended)
        commands = shell.block_commands if ended == "prompt" else ()
        return CommandResult(status, ended, self._loop.time() - self._began, awaited=awaited, commands=commands)

    async def _until(self, done: Callable[[], bool]) -> Ended:
        """Wait for `done` ("prompt"), the end of the shell, or one of the limits."""
        shell = self._shell
        while True:
            if isinstance(shell.state, Exited):
                return "shell-exited"
            if done():
                return "prompt"
            if shell_states.has_block(shell.state) and shell_states.is_unfinished(shell.state):
                return "incomplete"
            now = self._loop.time()
            silent_at = None if self._quiet is None else shell.last_output + self._quiet
            if self._deadline is not None and now >= self._deadline:
                return "timeout"
            if silent_at is not None and now >= silent_at:
                return "stalled"
            await shell.change(min((at for at in (self._deadline, silent_at) if at is not None), default=None))

    async def _stop(self) -> None:
        """End what runs in the foreground: Ctrl-C, SIGTERM, SIGKILL, and at last the shell itself."""
        shell = self._shell
        self._ctrl_c.press(_STOP_WITHIN)
        for signum in (signal.SIGTERM, signal.SIGKILL, signal.SIGKILL):
            if await shell.wait(shell.is_at_rest, self._loop.time() + _STOP_WITHIN):
                break
            group = shell.foreground
            if group is not None and group != shell.pid:
                processes.end_group(group, signum)
            elif signum is signal.SIGKILL:
                processes.end_group(shell.pid, signum)

    def _exit_status(self) -> int | None:
        return self._shell.state.status if isinstance(self._shell.state, Exited) else None
