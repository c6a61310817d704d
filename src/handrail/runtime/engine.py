"""The container engine: Docker or Podman, whichever answers first."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
from collections.abc import Iterator, Sequence

from handrail.errors import SessionError

_PATIENCE = 15.0


class EngineError(SessionError):
    """No engine answers, or it refused; the text says why and what to do."""


def find_engine() -> str:
    """Path of the first of docker and podman that answers. Raises EngineError."""
    for _, path, answers in installed_engines():
        if answers:
            return path
    raise EngineError("neither docker nor podman answers: install or start one of them.")


def installed_engines() -> Iterator[tuple[str, str, bool]]:
    """(name, path, whether it answers) of docker and podman, where they are on PATH; each is asked when its turn is."""
    for name in ("docker", "podman"):
        path = shutil.which(name)
        if path is None:
            continue
        try:
            # Unlike `version`, it needs the daemon; unlike `info`, it is quick.
            asked = subprocess.run([path, "ps", "-q"], capture_output=True, timeout=_PATIENCE)
            yield name, path, asked.returncode == 0
        except (subprocess.TimeoutExpired, OSError):
            yield name, path, False


class Engine:
    """Runs the engine's commands."""

    def __init__(self, path: str) -> None:
        self.path = path

    async def run(self, *arguments: str, data: bytes | None = None) -> str:
        """Standard output of the command. Raises EngineError with the engine's last words when it fails."""
        process = await asyncio.create_subprocess_exec(
            self.path, *arguments,
            stdin=asyncio.subprocess.DEVNULL if data is None else asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        out, err = await process.communicate(data)
        if process.returncode != 0:
            raise EngineError(_refusal(arguments, err))
        return out.decode(errors="replace").strip()

    async def succeeds(self, *arguments: str) -> bool:
        """Whether the command ends with status 0."""
        try:
            await self.run(*arguments)
        except EngineError:
            return False
        return True

    def run_now(self, arguments: Sequence[str], data: bytes = b"") -> bytes:
        """As `run`, for short commands, without the event loop. Raises OSError."""
        answer = subprocess.run([self.path, *arguments], input=data, capture_output=True)
        if answer.returncode != 0:
            raise OSError(answer.returncode, _refusal(arguments, answer.stderr))
        return answer.stdout


def _refusal(arguments: Sequence[str], err: bytes) -> str:
    lines = err.decode(errors="replace").strip().splitlines()
    return f"the container engine refused `{arguments[0]}`: {lines[-1] if lines else 'it said nothing'}"
