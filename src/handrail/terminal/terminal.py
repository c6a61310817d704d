"""One terminal: a PTY with its shell, its output for any number of watchers, its commands and their status.

Everything runs on one asyncio loop. The reader hands whole chunks on and looks into them only for the shell's
marks (`shell_marks.py`), so that a program that prints 100 MB costs little.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import signal
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from handrail.terminal import processes, pty_process
from handrail.terminal.log import TerminalLog
from handrail.terminal.pty_stream import PtyStream
from handrail.terminal.replay import PAUSE_ABOVE, RESUME_BELOW, Attachment, Replay
from handrail.terminal.shell_marks import Mark, MarkScanner

State = Literal["starting", "prompt", "running", "exited"]
Ended = Literal["prompt", "shell-exited", "timeout", "stalled", "incomplete", "typed"]
Event = (
    tuple[Literal["prompt"]]
    | tuple[Literal["command-start"], int]
    | tuple[Literal["command-end"], int, int]
    | tuple[Literal["exited"], int]
)

# Long enough for the B mark that follows when all is well.
_MARKS_LOST_AFTER = 0.2
_NUDGE_AFTER = 0.1
_END_WITHIN = 5.0
# Longer than anybody's own PROMPT_COMMAND should take.
_PROMPT_HIDDEN_AFTER = 1.0
_PASTE_START, _PASTE_END = b"\x1b[200~", b"\x1b[201~"
# Ctrl-E Ctrl-U: what somebody has half typed at the prompt must not become part of the block.
_CLEAR_LINE = b"\x05\x15"


@dataclass(frozen=True)
class CommandResult:
    """How a block ended.

    status: exit status of its last command; None when it was stopped before one was known.
    ended: "prompt" — the shell is back; "shell-exited"; "timeout" — over its limit; "stalled" — nothing printed
    for too long; "incomplete" — the shell waits for the rest of an unfinished command (in these three cases the
    block has been stopped); "typed" — into a program that runs, so there is no end to wait for.
    duration: seconds.
    """

    status: int | None
    ended: Ended
    duration: float


class Terminal:
    """A shell on a PTY. Make one with `open`, end it with `close`."""

    def __init__(
        self, name: str, command: Sequence[str], env: Mapping[str, str], cwd: Path,
        on_event: Callable[[Event], None] | None, log: Path | None,
    ) -> None:  # fmt: skip
        self.name = name
        self.pid = 0
        self.state: State = "starting"
        self.exit_code: int | None = None
        """Status of the last shell that ended."""
        self.columns, self.lines = 80, 24
        self.leaders: list[processes.Identity] = []
        self._command = list(command)
        self._env = dict(env)
        self._cwd = cwd
        self._on_event = on_event
        self._loop = asyncio.get_running_loop()
        self._stream: PtyStream | None = None
        self._replay = Replay(self._resume_if_drained)
        self._last_output = self._loop.time()
        self._scanner = MarkScanner("")
        self._commands = 0
        self._restored = -1
        self._typed = False
        self._sent = False
        self._in_command = False
        self._unfinished = False
        self._unlimited = False
        self._status: int | None = None
        self._changed = asyncio.Event()
        self._run_lock = asyncio.Lock()
        self._log = None if log is None else TerminalLog(log)

    @classmethod
    async def open(
        cls, name: str, *, env: Mapping[str, str], cwd: Path, columns: int = 80, lines: int = 24,
        on_event: Callable[[Event], None] | None = None, log: Path | None = None,
        command: Sequence[str] | None = None,
    ) -> Terminal:  # fmt: skip
        """Start a shell in `cwd`. `command` replaces the bash on PATH (it must read our start-up file).

        on_event gets ("prompt",), ("command-start", n), ("command-end", n, status), ("exited", code).
        Raises ShellError when bash is missing or too old, OSError when the machine refuses another terminal.
        """
        if command is None:
            command = pty_process.shell_command(env.get("PATH", os.defpath))
        terminal = cls(name, command, env, cwd, on_event, log)
        terminal.columns, terminal.lines = columns, lines
        terminal._start()
        return terminal

    # Input

    def write(self, data: bytes) -> None:
        """Queue bytes for the terminal, as if typed. Dropped when the shell has ended."""
        self._typed = True
        self._send(data)

    def resize(self, columns: int, lines: int) -> None:
        """Change the terminal's size, in characters."""
        self.columns, self.lines = max(1, min(columns, 1000)), max(1, min(lines, 1000))
        if self._stream is not None:
            pty_process.resize(self._stream.master, self.columns, self.lines)

    def interrupt(self) -> None:
        """Press Ctrl-C, ahead of anything that is still queued; at the prompt, clear the line."""
        if self._stream is None:
            return
        self._stream.forget()
        if self.state == "prompt" and not self._unfinished:
            self._send(_CLEAR_LINE)
            self._typed = False
            return
        if self.state == "prompt":
            self.state = "starting"
        self._typed = False
        self._send(b"\x03")
        if self._unfinished:
            self._loop.call_later(_NUDGE_AFTER, self._nudge, self.pid, _CLEAR_LINE)

    def _nudge(self, shell: int, key: bytes) -> None:
        """Readline can take Ctrl-C and wait for a key before it acts, and bash can drop it: press both in turn."""
        if self._unfinished and self.pid == shell and self.state != "exited":
            self._send(key)
            self._loop.call_later(_NUDGE_AFTER, self._nudge, shell, b"\x03" if key == _CLEAR_LINE else _CLEAR_LINE)

    def type(self, text: str, *, newline: bool = True) -> None:
        """Type text into whatever program runs there, with Enter at the end of each line."""
        typed = _lines(text).replace("\n", "\r")
        self.write((typed + ("\r" if newline else "")).encode(errors="surrogateescape"))

    # Commands

    @property
    def busy(self) -> bool:
        """Whether a command runs, or a block has been sent and has not ended."""
        return self._in_command or self._sent

    @property
    def quiet_for(self) -> float:
        """Seconds since the last output."""
        return self._loop.time() - self._last_output

    @property
    def interactive(self) -> bool:
        """Whether a program other than the shell reads keys as they are pressed: a REPL, a pager, an editor."""
        if not self.busy or self._stream is None:
            return False
        return pty_process.reads_keys(self._stream.master) and self._foreground() != self.pid

    async def wait_prompt(self, timeout: float | None) -> bool:
        """Wait until the shell is at its prompt. False when it is not after `timeout` seconds, or has ended."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout):
                await self._until(lambda: self.state in ("prompt", "exited"))
        return self.state == "prompt"

    async def wait_begun(self, timeout: float) -> None:
        """Wait until what was sent runs, at most so many seconds: until then bash takes the keys, and keeps Enter."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout):
                await self._until(lambda: self._in_command or not self._sent or self._unfinished)

    async def run(
        self, text: str, *, timeout: float | None = None, quiet: float | None = None
    ) -> CommandResult:
        """Wait for the prompt, run `text` as one block, wait for its end.

        timeout: seconds, the wait for the prompt included. quiet: seconds without any output. At either limit
        the block is stopped: Ctrl-C, then the end of its process group, then of its shell.
        """
        async with self._run_lock:
            began = self._loop.time()
            deadline = None if timeout is None else began + timeout
            try:
                ended = await self._run(text, deadline, quiet)
            except asyncio.CancelledError:
                if self._sent:
                    self.interrupt()
                raise
            if ended in ("timeout", "stalled", "incomplete"):
                status = None
                if self._sent:
                    await self._stop()
            else:
                status = self.exit_code if ended == "shell-exited" else self._status
            return CommandResult(status, ended, self._loop.time() - began)

    def lift_limits(self) -> None:
        """Let what runs go on for as long as it likes, silent or not."""
        self._unlimited = True
        self._changed.set()

    async def _run(self, text: str, deadline: float | None, quiet: float | None) -> Ended:
        self._unlimited = False
        self._last_output = self._loop.time()
        if self.state == "prompt" and self._unfinished:
            self.interrupt()
        ended = await self._watch(lambda: self.state == "prompt", None, deadline, quiet)
        if ended != "prompt":
            return ended
        paste = _lines(text).encode(errors="surrogateescape").replace(_PASTE_END, b"")
        self._send((_CLEAR_LINE if self._typed else b"") + _PASTE_START + paste + _PASTE_END + b"\r")
        self._typed = False
        self._unfinished = False
        self._sent = True
        self._status = None
        self.state = "running"
        self._last_output = self._loop.time()
        return await self._watch(lambda: not self._sent, self.pid, deadline, quiet)

    async def _watch(
        self, done: Callable[[], bool], shell: int | None, deadline: float | None, quiet: float | None
    ) -> Ended:
        """Wait for `done`, the end of the shell (of this very one, if `shell` says which), or one of the limits."""
        while True:
            if self.state == "exited" or shell not in (None, self.pid):
                return "shell-exited"
            if done():
                return "prompt"
            if self._sent and self._unfinished:
                return "incomplete"
            if self._unlimited:
                deadline = quiet = None
            now = self._loop.time()
            if deadline is not None and now >= deadline:
                return "timeout"
            if quiet is not None and now >= self._last_output + quiet:
                return "stalled"
            limits = [deadline, None if quiet is None else self._last_output + quiet]
            wake = min((limit for limit in limits if limit is not None), default=None)
            self._changed.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout_at(wake):
                    await self._changed.wait()

    async def _stop(self) -> None:
        """End what runs in the foreground: Ctrl-C, SIGTERM, SIGKILL, and at last the shell itself."""
        self.interrupt()
        for signum, grace in ((signal.SIGTERM, 2.0), (signal.SIGKILL, 2.0), (signal.SIGKILL, 1.0)):
            if await self.wait_prompt(grace) or self.state == "exited":
                break
            group = self._foreground()
            if group is not None and group != self.pid:
                processes.end_group(group, signum)
            elif signum is signal.SIGKILL:
                processes.end_group(self.pid, signum)

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
        if self.state != "exited":
            raise RuntimeError(f"the shell of {self.name} still runs")
        note = f"\r\n\x1b[2m[the shell ended with status {self.exit_code}; this is a new one]\x1b[0m\r\n"
        self._deliver(note.encode())
        self._start()

    async def close(self, grace: float = 0.5) -> None:
        """End the shell and every process of its session: SIGHUP and SIGTERM, SIGKILL after `grace` seconds."""
        leaders, self.leaders = self.leaders, []
        await asyncio.to_thread(processes.end_sessions, leaders, grace)
        if leaders:
            with contextlib.suppress(TimeoutError):  # the kernel holds the shell: nobody can end it
                async with asyncio.timeout(_END_WITHIN):
                    await self._until(lambda: self.state == "exited")
        self._replay.close()
        if self._log is not None:
            self._log.close()
            self._log = None

    def _start(self) -> None:
        key = secrets.token_hex(4)
        env = {**self._env, "HANDRAIL_MARK": key, "HANDRAIL_RC": str(pty_process.BASHRC)}
        self.pid, master = pty_process.spawn(
            self._command, env=env, cwd=self._cwd, columns=self.columns, lines=self.lines
        )
        self.leaders.append(processes.identify(self.pid))
        self._scanner = MarkScanner(key)
        self._typed = self._sent = self._in_command = self._unfinished = False
        self.state = "starting"
        threading.Thread(target=self._reap, args=(self.pid,), name=f"wait-{self.name}", daemon=True).start()
        self._stream = PtyStream(self._loop, master, self._deliver)

    def _reap(self, pid: int) -> None:
        """Wait for the shell's end; runs in a thread of its own, because no portable wait fits the loop."""
        _, status = os.waitpid(pid, 0)
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody is left to tell
            self._loop.call_soon_threadsafe(self._exited, pid, os.waitstatus_to_exitcode(status))

    def _exited(self, pid: int, code: int) -> None:
        if pid != self.pid or self.state == "exited":
            return
        if self._stream is not None:
            self._stream.close()
            self._stream = None
        self._in_command = False
        self.exit_code = code if code >= 0 else 128 - code
        self._set_state("exited", ("exited", self.exit_code))

    def _deliver(self, data: bytes) -> None:
        self._last_output = self._loop.time()
        self._replay.append(data)
        if self._log is not None:
            self._log.write(data)
        for mark in self._scanner.feed(data):
            self._marked(mark)
        if self._stream is not None and self._replay.outstanding > PAUSE_ABOVE:
            self._stream.pause()

    def _resume_if_drained(self) -> None:
        if self._stream is not None and self._replay.outstanding < RESUME_BELOW:
            self._stream.resume()

    def _send(self, data: bytes) -> None:
        if self._stream is not None:
            self._stream.send(data)

    def _foreground(self) -> int | None:
        """The process group that has the terminal."""
        return None if self._stream is None else pty_process.foreground_group(self._stream.master)

    # The marks

    def _marked(self, mark: Mark) -> None:
        if mark.kind == "P":
            self._unfinished = True
            self._changed.set()
        elif mark.kind == "C":
            if not self._in_command:
                self._in_command = True
                self._commands += 1
                self._set_state("running", ("command-start", self._commands))
        elif mark.kind == "D":
            self._ended(mark.status)
        elif mark.kind == "B":
            self._prompt(mark.status)
        elif self._in_command or self._sent:
            self._loop.call_later(_MARKS_LOST_AFTER, self._restore_marks, self._commands)

    def _restore_marks(self, command: int) -> None:
        """The shell reads a line, yet no mark has said so: a block has replaced PROMPT_COMMAND and PS1."""
        lost = (self._in_command or self._sent) and command == self._commands and not self._unfinished
        if lost and self._restored != command and self._foreground() == self.pid:
            self._restored = command
            self._send(pty_process.RESTORE_MARKS)

    def _ended(self, status: int | None) -> None:
        if not (self._in_command or self._sent):
            return  # an empty line, or Ctrl-C at the prompt
        started, self._in_command, self._sent = self._in_command, False, False
        self._status = status
        self._loop.call_later(_PROMPT_HIDDEN_AFTER, self._assume_prompt, self._commands)
        if started:
            self._set_state("running", ("command-end", self._commands, status or 0))
        self._changed.set()

    def _assume_prompt(self, command: int) -> None:
        """No prompt after a command's end: a block has redirected the shell's own stderr (`exec 2>log`)."""
        idle = not (self._in_command or self._sent) and command == self._commands
        if idle and self.state == "running" and self._foreground() == self.pid:
            self._prompt(None)

    def _prompt(self, status: int | None) -> None:
        if self._in_command:
            self._ended(status)  # the D mark is missing: somebody has replaced PROMPT_COMMAND
        if self._sent:
            return  # the prompt drawn again around a long paste
        self._unfinished = False
        if self.state != "prompt":
            self._set_state("prompt", ("prompt",))

    def _set_state(self, state: State, event: Event) -> None:
        self.state = state
        self._changed.set()
        if self._on_event is not None:
            self._on_event(event)

    async def _until(self, done: Callable[[], bool]) -> None:
        while not done():
            self._changed.clear()
            await self._changed.wait()


def _lines(text: str) -> str:
    """A block's text without the line break at its end, which Enter stands for."""
    return text.replace("\r\n", "\n").removesuffix("\n")
