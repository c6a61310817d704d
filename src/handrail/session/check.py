"""Run a step's verify script once and give one result: by exit status, or by a line `done` (see `scenario/verify`)."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from handrail.runtime.script_process import ScriptProcess
from handrail.terminal import processes

_REASON_LINES = 12
_VERIFIED_LINES = 30
_REASON_BYTES = 16 * 1024
_ESCAPES = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True)
class CheckResult:
    """passed; reason: why not, for the learner ("" when passed); hint: what may help, or None; duration: seconds;
    timed_out: it was stopped at its limit; is_written: the check wrote the reason itself, for the learner; verified:
    what a check that passed says it has seen, a line each."""

    passed: bool
    reason: str
    hint: str | None
    duration: float
    timed_out: bool = False
    is_written: bool = False
    verified: tuple[str, ...] = ()


async def run_check(
    command: Sequence[str], *, env: Mapping[str, str], cwd: Path, log: Path, reason: Path, by_done: bool,
    limit: float, hint: str | None = None,
    started: Callable[[processes.Identity], None] = lambda _leader: None, name: str = "The check",
) -> CheckResult:  # fmt: skip
    """Run a verify script; its output is kept in `log`. Over `limit` seconds its processes are ended.

    reason: the file that the script finds in $VERIFICATION_FAILURE_REASON. started: told the script's session.
    name: what the script is called when it is stopped.
    """
    loop = asyncio.get_running_loop()
    began = loop.time()
    log.write_bytes(b"")
    reason.unlink(missing_ok=True)
    process = await ScriptProcess.start(
        command, env={**env, "VERIFICATION_FAILURE_REASON": str(reason)}, cwd=cwd, output=log
    )
    started(process.leader)
    try:
        status = await process.wait(limit)
    finally:
        await process.end(grace=0.2)
    duration = loop.time() - began
    output = tail(log, 1024 * 1024)
    if status is None:
        return CheckResult(False, f"{name} has not ended after {limit:g} s and was stopped.", hint, duration, True)
    passed = any(line.strip() == "done" for line in output.splitlines()) if by_done else status == 0
    if passed:
        return CheckResult(True, "", None, duration, verified=_verified(output))
    said = tail(reason).strip()
    return CheckResult(False, said or _reason(output, status), hint, duration, is_written=bool(said))


def tail(path: Path, limit: int = _REASON_BYTES) -> str:
    """The end of a file as plain text: no escape sequences, bytes that are not UTF-8 replaced."""
    try:
        with path.open("rb") as stream:
            stream.seek(0, 2)
            stream.seek(max(0, stream.tell() - limit))
            return plain(stream.read())
    except OSError:
        return ""


def plain(output: bytes) -> str:
    """Terminal output as text to read: no escape sequences, and of a line drawn over and over its last state."""
    text = _ESCAPES.sub("", output.decode("utf-8", "replace"))
    return "\n".join(line.rstrip("\r").rpartition("\r")[2] for line in text.split("\n"))


def _verified(output: str) -> tuple[str, ...]:
    lines = [line.strip() for line in output.splitlines()]
    return tuple(line[1:].strip() for line in lines if line.startswith("✓"))[:_VERIFIED_LINES]


def _reason(output: str, status: int) -> str:
    lines = [line.rstrip() for line in output.splitlines() if line.strip()]
    if lines:
        return "\n".join(lines[-_REASON_LINES:])
    if status == 127:
        return "The check itself is broken: it calls a command that is not installed."
    return f"The check ended with status {status} and said nothing."
