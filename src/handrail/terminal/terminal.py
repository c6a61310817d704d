"""One terminal: a shell (a new one when it ends), its output for any number of watchers, and what is done in it.

Everything runs on one asyncio loop. The reader hands whole chunks on and looks into them only for the shell's
marks (`shell_marks.py`), so that a program that prints 100 MB costs little.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from handrail.terminal import processes, pty_process, shell_states
from handrail.terminal.block_run import BlockRun, CommandResult
from handrail.terminal.ctrl_c import PRESS_FOR, CtrlC
from handrail.terminal.log import TerminalLog, earlier_output
from handrail.terminal.replay import PAUSE_ABOVE, RESUME_BELOW, Attachment, Replay
from handrail.terminal.shell import Awaited, Shell
from handrail.terminal.shell_states import Exited, Running, State

_END_WITHIN = 5.0


class Terminal:
    """A shell on a PTY. Make one with `open`, end it with `close`."""

    def __init__(
        self, name: str, command: Sequence[str], env: Mapping[str, str], cwd: Path, columns: int, lines: int,
        on_event: Callable[[State], None] | None, log: Path | None, resumes: bool,
        banner: str,
    ) -> None:  # fmt: skip
        self.name = name
        self.columns, self.lines = columns, lines
        self.leaders: list[processes.Identity] = []
        """The first process of each shell that has run here."""
        self._command, self._env, self._cwd = list(command), dict(env), cwd
        self._on_event = on_event
        self._loop = asyncio.get_running_loop()
        self._replay = Replay(self._resume_if_drained)
        earlier = earlier_output(log) if resumes and log is not None else b""
        self.shows_earlier = earlier != b""
        """Whether its output begins with that of a former run."""
        above = f"{_lines(banner)}\n".replace("\n", "\r\n").encode() if banner else b""
        self._replay.append(earlier or above)
        self._log = None if log is None else TerminalLog(log)
        self._block: BlockRun | None = None
        self._run_lock = asyncio.Lock()
        self._start(0)

    @classmethod
    async def open(
        cls, name: str, *, env: Mapping[str, str], cwd: Path, columns: int = 80, lines: int = 24,
        on_event: Callable[[State], None] | None = None, log: Path | None = None, resumes: bool = False,
        command: Sequence[str] | None = None, banner: str = "",
    ) -> Terminal:  # fmt: skip
        """Start a shell in `cwd`. `command` replaces the bash on PATH (it must read our start-up file). `resumes`:
        show the end of what `log` has kept before. `banner`: shown above the first prompt otherwise.

        on_event gets the shell's states: AtPrompt, Running, Ended, Exited. Raises ShellError when bash is missing
        or too old, OSError when the machine refuses another terminal.
        """
        if command is None:
            command = pty_process.shell_command(env.get("PATH", os.defpath))
        return cls(name, command, env, cwd, columns, lines, on_event, log, resumes, banner)

    # Input

    def write(self, data: bytes) -> None:
        """Queue bytes for the terminal, as if typed. Dropped when the shell has ended."""
        if b"\r" in data:
            self._ctrl_c.stop()  # somebody has taken over
        self._shell.type(data)

    def type(self, text: str, *, newline: bool = True) -> None:
        """Type text into whatever program runs there, with Enter at the end of each line."""
        typed = _lines(text).replace("\n", "\r")
        self.write((typed + ("\r" if newline else "")).encode(errors="surrogateescape"))

    def resize(self, columns: int, lines: int) -> None:
        """Change the terminal's size, in characters."""
        self.columns, self.lines = max(1, min(columns, 1000)), max(1, min(lines, 1000))
        self._shell.resize(self.columns, self.lines)

    def interrupt(self, within: float = PRESS_FOR) -> None:
        """Press Ctrl-C, ahead of anything that is still queued, and again for so many seconds wherever it may have
        been lost; at the prompt, clear the line."""
        self._ctrl_c.press(within)

    # Commands

    @property
    def pid(self) -> int:
        """The shell's process id."""
        return self._shell.pid

    @property
    def state(self) -> State:
        """What the shell does."""
        return self._shell.state

    @property
    def busy(self) -> bool:
        """Whether a command runs, or a block has been sent and has not ended."""
        return shell_states.is_busy(self._shell.state)

    @property
    def quiet_for(self) -> float:
        """Seconds since the last output."""
        return self._loop.time() - self._shell.last_output

    @property
    def awaits(self) -> Awaited:
        """What the program that runs waits for."""
        return self._shell.awaits

    @property
    def has_read_all(self) -> bool:
        """Whether everything that was typed has been read."""
        return self._shell.has_read_all

    @property
    def is_stopped(self) -> bool:
        """Whether Ctrl-S has stopped the output."""
        return self._shell.is_stopped

    async def wait_prompt(self, timeout: float | None) -> bool:
        """Wait until the shell is at its prompt. False when it is not after `timeout` seconds, or has ended."""
        deadline = None if timeout is None else self._loop.time() + timeout
        shell = None
        while shell is not self._shell:  # another one after a restart
            shell = self._shell
            await shell.wait(shell.is_at_rest, deadline)
        return shell_states.is_ready(shell.state)

    async def wait_begun(self, timeout: float) -> None:
        """Wait until what was sent runs, at most so many seconds: until then bash takes the keys, and keeps Enter."""

        def has_begun() -> bool:
            state = self._shell.state
            return isinstance(state, Running) or not self.busy or shell_states.is_unfinished(state)

        await self._shell.wait(has_begun, self._loop.time() + timeout)

    async def run(
        self, text: str, *, timeout: float | None = None, quiet: float | None = None
    ) -> CommandResult:
        """Wait for the prompt, run `text` as one block, wait for its end.

        timeout: seconds, the wait for the prompt included. quiet: seconds without any output. At either limit
        the block is stopped: Ctrl-C, then the end of its process group, then of its shell.
        """
        async with self._run_lock:
            while True:
                shell, self._block = self._shell, BlockRun(self._shell, self._ctrl_c, timeout, quiet)
                result = await self._block.run(_lines(text).encode(errors="surrogateescape"))
                if self._block.sent or self._shell is shell:
                    return result  # else the shell ended before its prompt came, and there is a new one

    def lift_limits(self) -> None:
        """Let what runs go on for as long as it likes, silent or not."""
        if self._block is not None:
            self._block.lift_limits()

    # Watching

    def attach(self, from_seq: int | None = None) -> Attachment:
        """Watch the output from byte `from_seq` on (None: all that is kept), then live."""
        return self._replay.attach(from_seq)

    @property
    def seq(self) -> int:
        """Number of the next byte that the terminal will print."""
        return self._replay.end

    def output(self, from_seq: int = 0) -> bytes:
        """What is kept (256 KiB) of the output from byte `from_seq` on."""
        return self._replay.text(from_seq)

    # Life

    def restart(self) -> None:
        """Start a new shell after the old one ended; watchers stay and see a line that says so."""
        ended = self._shell.state
        if not isinstance(ended, Exited):
            raise RuntimeError(f"the shell of {self.name} still runs")
        note = f"\r\n\x1b[2m[the shell ended with status {ended.status}; this is a new one]\x1b[0m\r\n"
        self._received(note.encode())
        self._start(ended.commands)

    async def close(self, grace: float = 0.5) -> None:
        """End the shell and every process of its session: SIGHUP and SIGTERM, SIGKILL after `grace` seconds."""
        self._ctrl_c.stop()
        leaders, self.leaders = self.leaders, []
        await asyncio.to_thread(processes.end_sessions, leaders, grace)
        if leaders:  # the kernel may hold the shell, and then nobody can end it
            shell = self._shell
            await shell.wait(lambda: isinstance(shell.state, Exited), self._loop.time() + _END_WITHIN)
        self._replay.close()
        if self._log is not None:
            self._log.close()
            self._log = None

    def _start(self, commands: int) -> None:
        self._shell = Shell(
            self._command, self._env, self._cwd, self.columns, self.lines,
            received=self._received, told=self._told, commands=commands,
        )  # fmt: skip
        self._ctrl_c = CtrlC(self._shell)
        self.leaders.append(self._shell.identity)

    def _told(self, state: State) -> None:
        if shell_states.is_ready(state) or isinstance(state, Exited):
            self._ctrl_c.stop()
        if self._on_event is not None:
            self._on_event(state)

    def _received(self, data: bytes) -> None:
        self._replay.append(data)
        if self._log is not None:
            self._log.write(data)
        if self._replay.outstanding > PAUSE_ABOVE:
            self._shell.pause()

    def _resume_if_drained(self) -> None:
        if self._replay.outstanding < RESUME_BELOW:
            self._shell.resume()


def _lines(text: str) -> str:
    """A block's text without the line break at its end, which Enter stands for."""
    return text.replace("\r\n", "\n").removesuffix("\n")
