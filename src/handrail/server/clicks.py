"""Clicks on the commands of a page: where each runs, what it does to a program that runs there, and its stop."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from handrail.markdown.api import Block
from handrail.runtime.host import FIRST_HOST
from handrail.server.errors import RequestError
from handrail.server.page_state import BlockRun
from handrail.session.block_runner import TerminalBusy
from handrail.session.terminals import terminal_for
from handrail.terminal.terminal import Terminal

if TYPE_CHECKING:
    from handrail.server.player import Player

# How long Ctrl-C may take before the learner is told that the program goes on.
STOP_WITHIN = 5.0  # seconds


class Clicks:
    """What `player` does for a click on a command."""

    def __init__(self, player: Player) -> None:
        self._player = player
        self._running: dict[str, str] = {}
        """The terminals of the blocks that run, by block."""
        self._typed_into: dict[Terminal, int] = {}
        """The command that the learner has chosen to type into, by terminal."""

    async def run(self, block_id: str, terminal: str | None, when_busy: Any) -> str:
        """Begins to run a block; returns the name of its terminal. A block that runs already goes on undisturbed.

        `terminal`: the one in front. `when_busy`: "interrupt", "other" or "type"; anything else refuses with the
        name of the busy terminal, so that the page can ask. A program that reads lines is typed into unasked, and so
        is one that "type" was said of before.
        """
        player = self._player
        block = player.block(block_id)
        if block.action != "execute":
            raise RequestError(400, "This block is not a command.")
        if block_id in self._running:
            return self._running[block_id]
        name = terminal_for(block, terminal if terminal in player.session.terminals else None)
        shell = player.session.terminals.get(name)
        is_typed = False
        if shell is None:
            await player.open_terminal(name, block.host or FIRST_HOST)
        elif shell.busy and not (block.ctrl_seq or block.interrupt or not block.newline):
            if when_busy == "interrupt":
                if not await player.session.blocks.interrupt(shell):
                    raise RequestError(409, f"The command in {name} does not stop.", busy=name)
            elif when_busy == "other" and block.terminal is None:
                name = await player.new_terminal()
            elif when_busy == "type" or self._is_for_typing(shell):
                is_typed = True
                self._typed_into[shell] = shell.state.commands
            else:
                raise RequestError(409, f"{name} is busy.", busy=name)
        if block_id not in self._running:  # another click may have come meanwhile
            self._running[block_id] = name
            player.tasks.spawn(self._run(block, name, is_typed))
        return name

    def _is_for_typing(self, shell: Terminal) -> bool:
        return shell.awaits == "lines" or self._typed_into.get(shell) == shell.state.commands

    async def _run(self, block: Block, name: str, is_typed: bool) -> None:
        try:
            with contextlib.suppress(TerminalBusy):  # somebody else was quicker; the tab shows what runs
                await self._player.session.run_block(
                    block.id, name, type_when_busy=is_typed, origin=self._player.clicked_by
                )
        finally:
            del self._running[block.id]

    def stop(self, block_id: str) -> None:
        """Presses Ctrl-C where the block runs; a program that goes on is told."""
        self._player.block(block_id)
        run = self._player.page_state.blocks.get(block_id)
        if run is None or run.state != "running" or run.stopping:
            return
        shell = self._player.session.terminals.get(run.terminal)
        if shell is not None:
            run.stopping = True
            self._player.page_state.changed()
            self._player.tasks.spawn(self._stop(run, shell))

    async def _stop(self, run: BlockRun, shell: Terminal) -> None:
        stopped = await self._player.session.blocks.interrupt(shell, STOP_WITHIN)
        run.stopping = False
        self._player.page_state.changed()
        if not stopped:
            self._player.page_state.say(
                f"What runs in {shell.name} goes on after Ctrl-C. End it there the way it wants: often q, exit, or "
                "Ctrl-D. Closing the terminal ends it, too."
            )
