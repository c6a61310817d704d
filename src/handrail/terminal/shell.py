"""The life of one bash on a PTY: its process, the bytes in and out, and the state that its marks say it is in."""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Literal

from handrail.terminal import processes, pty_process, shell_states
from handrail.terminal.command_statuses import Command, CommandStatuses
from handrail.terminal.pty_stream import PtyStream
from handrail.terminal.screen_modes import ScreenModes
from handrail.terminal.shell_marks import MarkScanner
from handrail.terminal.shell_states import AtPrompt, Ended, Exited, Running, Sent, Starting, State

Awaited = Literal["", "keys", "lines", "answer", "hidden"]
"""keys: single keys (a pager, an editor); lines (a REPL, another shell); answer: whatever a program asks, in words or
by waiting (`cat`); hidden: an answer that is not shown (a password)."""

# Ctrl-E Ctrl-U: what somebody has half typed at the prompt must not become part of the block.
CLEAR_LINE = b"\x05\x15"
# Long enough for the B mark that follows when all is well.
_MARKS_LOST_AFTER = 0.2
# Longer than anybody's own PROMPT_COMMAND should take.
_PROMPT_HIDDEN_AFTER = 1.0
_MULTIPLEXERS = frozenset({"tmux", "screen"})
_PASTE_START, _PASTE_END = b"\x1b[200~", b"\x1b[201~"

# Ctrl-S stops the output; Ctrl-Q, and each key that sends a signal, lets it go on.
_STOP = b"\x13"
_GO_ON = b"\x11\x03\x1a\x1c"
_NOT_FLOW = bytes(set(range(256)) - set(_STOP + _GO_ON))


class Shell:
    """A shell that runs from now on. `received` gets what it prints, `told` each state of another kind but `Sent`."""

    def __init__(
        self, command: Sequence[str], env: Mapping[str, str], cwd: Path, columns: int, lines: int, *,
        received: Callable[[bytes], None], told: Callable[[State], None], commands: int = 0,
    ) -> None:  # fmt: skip
        """Raises OSError when the machine refuses another terminal. commands: how many began in the shell before."""
        self._loop = asyncio.get_running_loop()
        self._received, self._told = received, told
        key = secrets.token_hex(4)
        env = {**env, "HANDRAIL_MARK": key, "HANDRAIL_RC": str(pty_process.BASHRC)}
        self.pid, self._master, self._path = pty_process.spawn(
            command, env=env, cwd=cwd, columns=columns, lines=lines
        )
        self.identity = processes.identify(self.pid)
        self.state: State = Starting(commands)
        self.last_output = self._loop.time()
        self.block_status: int | None = None
        """Exit status of the last block that ended."""
        self.block_commands: tuple[Command, ...] = ()
        """Its commands, if there was one."""
        self._commands = CommandStatuses()
        self._words = ""
        self._screen = ScreenModes()
        self._scanner = MarkScanner(key)
        self._restored = -1
        self._half_typed = self._is_stopped = False
        self._changed = asyncio.Event()
        threading.Thread(target=self._reap, name=f"wait-{self.pid}", daemon=True).start()
        self._stream: PtyStream | None = PtyStream(self._loop, self._master, self._deliver)

    # Input

    def type(self, keys: bytes) -> None:
        """Queue keys, as if typed. Dropped when the shell has ended."""
        self._half_typed = True
        flow = keys.translate(None, _NOT_FLOW)
        if flow and self._stream is not None and pty_process.has_flow_control(self._master):
            self._is_stopped = flow.endswith(_STOP)
        self._send(keys)

    def send_block(self, text: bytes) -> None:
        """Send a block to the prompt as one paste, in place of what is half typed there."""
        paste = _PASTE_START + text.replace(_PASTE_END, b"") + _PASTE_END + b"\r"
        self._send((CLEAR_LINE if self._half_typed else b"") + paste)
        self._half_typed = False
        self.block_status, self.block_commands = None, ()
        self._commands.begin(text.decode(errors="replace"))
        self.state = Sent(self.state.commands)
        self.last_output = self._loop.time()

    def press(self, key: bytes) -> None:
        """Press a key that drops what is typed: ahead of anything that is still queued."""
        if self._stream is not None:
            self._stream.forget()
        self._half_typed = self._is_stopped = False
        self._send(key)

    def resize(self, columns: int, lines: int) -> None:
        """Tell the programs the terminal's size, in characters."""
        if self._stream is not None:
            pty_process.resize(self._master, columns, lines)

    # What it does

    @property
    def foreground(self) -> int | None:
        """The process group that has the terminal."""
        return None if self._stream is None else pty_process.foreground_group(self._master)

    @property
    def has_terminal(self) -> bool:
        """Whether the shell itself has the terminal, rather than a program (one that it became by exec included)."""
        return self.foreground == self.pid and processes.command_line(self.pid) == self._words

    @property
    def reads_keys(self) -> bool:
        """Whether what has the terminal reads keys as they are pressed (readline, curses)."""
        return self._stream is not None and pty_process.reads_keys(self._master)

    @property
    def is_stopped(self) -> bool:
        """Whether Ctrl-S has stopped the output."""
        return self._is_stopped and self._stream is not None and pty_process.has_flow_control(self._master)

    def is_at_rest(self) -> bool:
        """Whether it waits for a whole command, or has ended."""
        return shell_states.is_ready(self.state) or isinstance(self.state, Exited)

    @property
    def has_read_all(self) -> bool:
        """Whether everything that was typed has been read."""
        return pty_process.unread(self._path) == 0

    @property
    def awaits(self) -> Awaited:
        """What the program that runs waits for; "" when it waits for nothing that is typed, or nobody can tell."""
        if not isinstance(self.state, Running) or self._stream is None or not self.has_read_all:
            return ""
        if self.reads_keys:
            if self._screen.takes_keys and not self._is_multiplexer():
                return "keys"
            # In a container the client has the terminal, whatever runs there: only readline can be seen.
            return "lines" if self._screen.takes_pastes or not self.has_terminal else ""
        if not pty_process.shows_keys(self._master):
            return "hidden"
        group = self.foreground
        if group is None or not processes.reads_terminal(group):
            return ""
        return "lines" if self._screen.shows_prompt else "answer"

    def _is_multiplexer(self) -> bool:
        """Whether tmux or screen has the terminal: a full screen, and in it a shell that reads lines."""
        group = self.foreground
        words = [] if group is None else [words for _, words in processes.roots(group)]
        return any(os.path.basename(each.split("\0")[0].split(" ")[0]) in _MULTIPLEXERS for each in words)

    async def wait(self, done: Callable[[], bool], deadline: float | None) -> bool:
        """Wait until `done`, looked at after each change of state, at most until `deadline` (the loop's time)."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout_at(deadline):
                while not done():
                    await self.change(None)
        return done()

    async def change(self, deadline: float | None) -> None:
        """Wait for the next change of state, at most until `deadline`."""
        self._changed.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout_at(deadline):
                await self._changed.wait()

    def wake(self) -> None:
        """Let those who wait look again."""
        self._changed.set()

    # Flow control

    def pause(self) -> None:
        """Read nothing more for now."""
        if self._stream is not None:
            self._stream.pause()

    def resume(self) -> None:
        """Read on."""
        if self._stream is not None:
            self._stream.resume()

    # The process

    def _reap(self) -> None:
        """Wait for the shell's end; runs in a thread of its own, because no portable wait fits the loop."""
        _, status = os.waitpid(self.pid, 0)
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody is left to tell
            self._loop.call_soon_threadsafe(self._exited, os.waitstatus_to_exitcode(status))

    def _exited(self, code: int) -> None:
        if self._stream is not None:
            self._stream.close()
            self._stream = None
        self._become(Exited(self.state.commands, code if code >= 0 else 128 - code))

    def _send(self, data: bytes) -> None:
        if self._stream is not None:
            self._stream.send(data)

    def _deliver(self, data: bytes) -> None:
        self.last_output = self._loop.time()
        self._received(data)
        self._screen.feed(data)
        for mark in self._scanner.feed(data):
            self._commands.feed(mark)
            for state in shell_states.after(self.state, mark):
                self._become(state)
            if mark.kind == "R" and shell_states.is_busy(self.state):
                self._loop.call_later(_MARKS_LOST_AFTER, self._restore_marks, self.state.commands)

    def _become(self, state: State) -> None:
        if isinstance(state, Ended):
            if shell_states.has_block(self.state):
                self.block_status = state.status
                self.block_commands = self._commands.end(state.status)
            self._loop.call_later(_PROMPT_HIDDEN_AFTER, self._assume_prompt, state)
        elif isinstance(state, AtPrompt):
            self._words = processes.command_line(self.pid)
            self._screen.reset()
        before, self.state = self.state, state
        self._changed.set()
        if type(state) is not type(before):
            self._told(state)

    # Marks that do not come

    def _restore_marks(self, command: int) -> None:
        """The shell reads a line, yet no mark has said so: a block has replaced PROMPT_COMMAND and PS1."""
        state = self.state
        lost = shell_states.is_busy(state) and command == state.commands and not shell_states.is_unfinished(state)
        # Of a container only the client can be seen: there it may as well be a REPL that reads.
        is_here = os.path.basename(self._words.partition("\0")[0]) == "bash"
        if lost and self._restored != command and self.has_terminal and (is_here or self._screen.shows_shell):
            self._restored = command
            self._commands.stop()
            self._send(pty_process.RESTORE_MARKS)

    def _assume_prompt(self, ended: Ended) -> None:
        """No prompt after a command's end: a block has redirected the shell's own stderr (`exec 2>log`)."""
        if self.state is ended and self.foreground == self.pid:
            self._become(AtPrompt(ended.commands))
