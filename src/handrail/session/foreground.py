"""The foreground script of a page: run in the learner's own shell, one at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from handrail.scenario.reader import Page
from handrail.session.block_runner import BlockRunner
from handrail.session.events import Event, ForegroundEnded, ForegroundStarted
from handrail.terminal.block_run import CommandResult
from handrail.terminal.terminal import Terminal


class Foreground:
    """Runs foreground scripts through `blocks`. `tell` gets their events."""

    def __init__(self, blocks: BlockRunner, tell: Callable[[Event], None]) -> None:
        self._blocks, self._tell = blocks, tell
        self._task: asyncio.Task[CommandResult] | None = None

    async def start(self, page: Page, shell: Terminal, line: str) -> None:
        """Type `line`, which runs the page's script, into `shell`, when the script before it has ended."""
        await self.wait()
        self._task = asyncio.create_task(self._run(page, shell, line))

    async def wait(self) -> CommandResult | None:
        """Wait until no foreground script runs. How the last one ended, None when there was none."""
        return None if self._task is None else await asyncio.shield(self._task)

    async def stop(self) -> None:
        """End the script that runs."""
        if self._task is not None:
            self._task.cancel()
            # Awaiting the task itself could not tell its cancellation from the caller's, and would swallow that.
            await asyncio.wait([self._task])
            self._task = None

    async def _run(self, page: Page, shell: Terminal, line: str) -> CommandResult:
        self._tell(ForegroundStarted(page.id))
        if self._blocks.left_in(shell):
            result = await self._blocks.type(line, shell)  # into the shell that the script before has ended in
        else:
            task = asyncio.create_task(shell.run(line))
            title = f"the foreground script of {page.id}"
            result = await self._blocks.end_or_leave(task, shell, title, lambda: shell.awaits in ("keys", "lines"))
        self._tell(ForegroundEnded(page.id, result))
        return result
