"""Run one of the scenario's scripts as a child in a session of its own, its output in a file.

The output goes to a file rather than a pipe: a daemon that a script leaves behind holds the pipe open for ever.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from pathlib import Path

from handrail.terminal import processes


class ScriptProcess:
    """A running script. `leader` names its session; `wait` for its exit status, or `end` it."""

    def __init__(self, process: asyncio.subprocess.Process, leader: processes.Identity) -> None:
        self.leader = leader
        self._process = process

    @classmethod
    async def start(
        cls, command: Sequence[str], *, env: Mapping[str, str], cwd: Path, output: Path
    ) -> ScriptProcess:
        """Start `command`; standard output and error are appended to `output`."""
        with output.open("ab") as stream:
            process = await asyncio.create_subprocess_exec(
                *command, env=dict(env), cwd=cwd, stdin=asyncio.subprocess.DEVNULL,
                stdout=stream, stderr=stream, start_new_session=True,
            )  # fmt: skip
        return cls(process, processes.identify(process.pid))

    async def wait(self, timeout: float | None = None) -> int | None:
        """Exit status (128 + signal when ended by one), or None when `timeout` seconds pass first."""
        try:
            async with asyncio.timeout(timeout):
                status = await self._process.wait()
        except TimeoutError:
            return None
        return status if status >= 0 else 128 - status

    async def end(self, grace: float = 0.5) -> None:
        """End every process of the script's session."""
        await asyncio.to_thread(processes.end_sessions, [self.leader], grace)
        with contextlib.suppress(ProcessLookupError):
            await self._process.wait()
