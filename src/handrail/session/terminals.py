"""The named terminals of a session: opened where the place says, a new shell for one that ends, all ended at last."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import Callable

from handrail.errors import SessionError
from handrail.markdown.api import Block
from handrail.runtime.host import FIRST_HOST, Runtime
from handrail.runtime.workspace import Workspace
from handrail.scenario.reader import TerminalTab
from handrail.session.events import (
    CommandEnded,
    CommandStarted,
    EventHub,
    PromptShown,
    ShellExited,
    TerminalClosed,
    TerminalOpened,
)
from handrail.session.long_running import FIRST_TERMINAL
from handrail.terminal.shell_states import AtPrompt, Ended, Exited, Running, State
from handrail.terminal.terminal import Terminal

# The name comes from the scenario.
_UNSAFE = re.compile(r"[^\w-]")
_PROMPT_WITHIN = 10.0


def terminal_for(block: Block, current: str | None = None) -> str:
    """The name of the terminal that the block runs in when `current` is the one in front."""
    elsewhere = block.host if block.host not in (None, FIRST_HOST) else None
    return block.terminal or elsewhere or current or FIRST_TERMINAL


class Terminals:
    """Opens, restarts and closes terminals, and tells the hub what their shells do."""

    def __init__(self, workspace: Workspace, runtime: Runtime, hub: EventHub, *, keep_logs: bool) -> None:
        self.open_ones: dict[str, Terminal] = {}
        self._workspace, self._runtime, self._hub, self._keep_logs = workspace, runtime, hub, keep_logs
        self._opening = asyncio.Lock()
        self._hosts: dict[str, str] = {}
        self._earlier: set[str] = set()
        """Terminals of the last run that have not been opened in this one yet."""

    async def reopen(self, columns: int, lines: int) -> None:
        """Open the terminals that the last run in this workspace left open, in new shells below their old text.

        Raises ShellError, OSError.
        """
        hosts = self._workspace.load_terminals()
        self._earlier = set(hosts)
        for name, host in hosts.items():
            with contextlib.suppress(SessionError):  # the scenario has no such host any more
                await self.open(name, host, columns, lines)

    async def open(self, name: str, host: str, columns: int, lines: int, banner: str = "") -> Terminal:
        """The terminal of this name, opened on `host` if need be, with `banner` above its first prompt.

        Raises ShellError, OSError.
        """
        async with self._opening:
            if name in self.open_ones:
                return self.open_ones[name]
            launch = self._runtime.shell(host)
            log = self._workspace.logs / f"terminal-{_UNSAFE.sub('_', name)}.log" if self._keep_logs else None
            terminal = await Terminal.open(
                name, env=launch.env, cwd=launch.cwd, columns=columns, lines=lines,
                on_event=self._listener(name), log=log, resumes=name in self._earlier, command=launch.command,
                banner=banner,
            )  # fmt: skip
            self._earlier.discard(name)
            self.open_ones[name] = terminal
            self._hosts[name] = host
            self._workspace.save_terminals(self._hosts)
            self._note_leader(terminal)
            self._hub.emit(TerminalOpened(name))
            return terminal

    async def open_tab(self, tab: TerminalTab, columns: int, lines: int) -> None:
        """Open a terminal that the index names, and type its command. Raises ShellError, OSError."""
        terminal = await self.open(tab.name, tab.target or FIRST_HOST, columns, lines)
        if tab.command and await terminal.wait_prompt(_PROMPT_WITHIN):
            terminal.type(tab.command)

    async def close(self, name: str) -> None:
        """End the terminal and every process in it. Raises KeyError."""
        await self._end(name)
        self._workspace.save_terminals(self._hosts)

    async def close_all(self) -> None:
        """End all terminals; the next run opens them again."""
        await asyncio.gather(*(self._end(name) for name in list(self.open_ones)))

    async def _end(self, name: str) -> None:
        del self._hosts[name]
        await self.open_ones.pop(name).close()
        self._hub.emit(TerminalClosed(name))

    def _listener(self, name: str) -> Callable[[State], None]:
        """Passes a terminal's events on, and opens a new shell when one ends (unless it never came to a prompt)."""
        came_up = False

        def listen(state: State) -> None:
            nonlocal came_up
            if isinstance(state, AtPrompt):
                came_up = True
                self._hub.emit(PromptShown(name))
            elif isinstance(state, Running):
                self._hub.emit(CommandStarted(name))
            elif isinstance(state, Ended) and state.began:
                self._hub.emit(CommandEnded(name, state.status))
            elif isinstance(state, Exited):
                terminal = self.open_ones.get(name) if came_up else None
                came_up = False
                if terminal is not None:
                    terminal.restart()
                    self._note_leader(terminal)
                self._hub.emit(ShellExited(name, state.status, restarted=terminal is not None))

        return listen

    def _note_leader(self, terminal: Terminal) -> None:
        if terminal.leaders:
            self._workspace.add_leader(terminal.leaders[-1])
