"""The scripts of a course as a whole, which its `structure.json` names, or of a scenario that is played alone, which
its index names: one says whether what the lessons have made runs, one removes it.

handrail does not know what that is. The scripts run on this machine in the workspace of the lesson that was played
last, so that they have what that lesson has prepared; `SCENARIO_DIR` is the folder of the course or scenario.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from handrail.errors import SessionError
from handrail.runtime.environment import lesson_environment
from handrail.runtime.script_process import ScriptProcess
from handrail.scenario import safe_paths
from handrail.session.check import tail

STATUS_LIMIT = 20.0  # seconds
CLEANUP_LIMIT = 900.0  # seconds
LONGEST_LINE = 120  # characters


@dataclass(frozen=True)
class Lamp:
    """Whether what the lessons share runs, and the script's last line on it."""

    on: bool
    line: str


class CourseScripts:
    """Those of the course or scenario in `root`: its file `named_in` has the key "handrail", which is `extra`.
    `workspace` gives the one to run in, None while no lesson has begun."""

    def __init__(
        self, root: Path, named_in: str, extra: Mapping[str, Any], workspace: Callable[[], Path | None]
    ) -> None:
        self._root = root
        self._named_in = named_in
        self._extra = extra
        self._workspace = workspace

    def named(self, key: str) -> str:
        """The script that is named for "status" or "cleanup"; "" for none."""
        name = self._extra.get(key)
        return name if isinstance(name, str) else ""

    async def status(self) -> Lamp | None:
        """What the status script says; None without one, or while nothing has begun. Raises SessionError."""
        ended = await self._run("status", STATUS_LIMIT)
        if ended is None:
            return None
        status, log = ended
        lines = [line.strip() for line in tail(log, 4096).splitlines() if line.strip()]
        return Lamp(status == 0, (lines[-1] if lines else "")[:LONGEST_LINE])

    async def clean_up(self) -> str:
        """Runs the clean-up. "" when all is removed, else a sentence. Raises SessionError."""
        ended = await self._run("cleanup", CLEANUP_LIMIT)
        if ended is None or ended[0] == 0:
            return ""
        how = "has not ended within its time limit" if ended[0] is None else f"ended with status {ended[0]}"
        return f"{self.named('cleanup')} {how}. Its output: {ended[1]}"

    async def _run(self, key: str, limit: float) -> tuple[int | None, Path] | None:
        workspace, name = self._workspace(), self.named(key)
        if workspace is None or not name:
            return None
        try:
            script = safe_paths.named(self._root, name)
        except safe_paths.UnsafePath as refusal:
            raise SessionError(f"The script for “{key}” cannot be run: {refusal.problem(self._named_in)}") from None
        log = workspace / "logs" / f"course-{key}.log"
        log.parent.mkdir(exist_ok=True)
        log.write_bytes(b"")
        env = lesson_environment(os.environ, workspace=workspace, scenario=self._root)
        process = await ScriptProcess.start(["bash", str(script)], env=env, cwd=workspace / "home", output=log)
        try:
            return await process.wait(limit), log
        finally:
            await process.end()
