"""The scenario's scripts as they are run: read from the scenario alone, with placeholders replaced."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from handrail.errors import SessionError
from handrail.markdown.placeholders import find, substitute
from handrail.runtime.host import FIRST_HOST, Runtime, about_root
from handrail.runtime.script_process import ScriptProcess
from handrail.runtime.workspace import Workspace
from handrail.scenario import safe_paths
from handrail.scenario.reader import Page, Scenario
from handrail.scenario.verify import prints_done
from handrail.session.check import CheckResult, plain, run_check
from handrail.session.events import BackgroundEnded, BackgroundStarted, EventHub

_HINT_LIMIT = 10.0


class Scripts:
    """Starts background scripts, checks, hints and the clean-up of one session."""

    def __init__(self, workspace: Workspace, runtime: Runtime, hub: EventHub) -> None:
        self._workspace, self._runtime, self._hub = workspace, runtime, hub
        self._background: dict[str, tuple[ScriptProcess, asyncio.Task[None]]] = {}
        self.background_status: dict[str, int] = {}
        """Exit status of the background scripts that have ended, by page."""

    @property
    def background_running(self) -> frozenset[str]:
        """The pages whose background script runs now."""
        return frozenset(self._background)

    def prepared(self, scenario: Scenario, script: Path) -> Path:
        """The script to run: the author's file, or a copy with its placeholders and line ends mended.

        A link to elsewhere in the repository is copied, too: a container has the scenario's folder alone.
        """
        text = scenario.read(script)
        has_placeholders = next(find(text), None) is not None
        is_shared = not script.resolve().is_relative_to(scenario.root.resolve())
        if not has_placeholders and "\r\n" not in text and not is_shared:
            return script
        name = "-".join(script.relative_to(scenario.root.resolve()).parts)
        text = substitute(text, self._runtime.placeholders(inside=True))
        return self._workspace.script(name, text.replace("\r\n", "\n"))

    async def spawn_background(self, scenario: Scenario, page: Page, ended_well: Callable[[], None]) -> None:
        """Start the page's background script and go on; its end is an event."""
        if page.background is None or page.id in self._background:
            return
        log = self.log(f"background-{page.id}")
        launch = self._runtime.script(self.prepared(scenario, page.background), FIRST_HOST)
        running = self._workspace.background / page.id
        running.touch()
        process = await ScriptProcess.start(launch.command or (), env=launch.env, cwd=launch.cwd, output=log)
        self._workspace.add_leader(process.leader)
        self._hub.emit(BackgroundStarted(page.id, str(log)))

        async def watch() -> None:
            status = await process.wait()
            assert status is not None
            del self._background[page.id]
            self.background_status[page.id] = status
            running.unlink(missing_ok=True)
            if status == 0:
                ended_well()
                if page.kind == "intro":
                    # Where the old platforms' own scripts look for the end of the set-up.
                    for name in ("~/katacoda-background-finished", "/opt/katacoda-background-finished"):
                        with contextlib.suppress(OSError, SessionError):
                            self._runtime.files.write(name, b"done\n")
            self._hub.emit(BackgroundEnded(page.id, status, str(log)))

        self._background[page.id] = (process, asyncio.create_task(watch(), name=f"background-{page.id}"))

    async def end_background(self, *pages: str) -> None:
        """End the background scripts that still run: of these pages, or all."""
        for page in pages or list(self._background):
            if page in self._background:
                process, task = self._background.pop(page)
                task.cancel()
                await process.end()

    async def check(self, scenario: Scenario, page: Page, seconds: float, limit: float) -> CheckResult:
        """Run the page's check. `seconds`: since the learner opened the page, for the hint."""
        if page.verify is None:
            return CheckResult(True, "", None, 0.0)
        launch = self._runtime.script(self.prepared(scenario, page.verify), FIRST_HOST)
        result = await run_check(
            launch.command or (), env=launch.env, cwd=launch.cwd, log=self.log(f"check-{page.id}"),
            reason=self._workspace.exchange / f"{page.id}.reason",
            by_done=prints_done(scenario.read(page.verify)), limit=limit, started=self._workspace.add_leader,
            name=page.verify.relative_to(scenario.root.resolve()).as_posix(),
        )  # fmt: skip
        if result.passed:
            return result
        note = about_root(scenario.read(page.verify), self._runtime.home)
        reason = f"{result.reason}\n{note}" if note else result.reason
        return replace(result, reason=reason, hint=await self.hint(scenario, page, seconds))

    async def hint(self, scenario: Scenario, page: Page, seconds: float) -> str | None:
        """The page's hint: Markdown as it stands, or what its script prints when given the seconds."""
        if page.hint is None:
            return None
        if page.hint.suffix.lower() in (".md", ".txt"):
            return scenario.read(page.hint).strip() or None
        log = self.log(f"hint-{page.id}")
        log.write_bytes(b"")
        launch = self._runtime.script(self.prepared(scenario, page.hint), FIRST_HOST, [str(int(seconds))])
        process = await ScriptProcess.start(launch.command or (), env=launch.env, cwd=launch.cwd, output=log)
        try:
            await process.wait(_HINT_LIMIT)
        finally:
            await process.end(grace=0.1)
        return plain(log.read_bytes()).strip() or None

    async def cleanup(self, scenario: Scenario, script: Path, limit: float) -> int | None:
        """Run the scenario's clean-up. Its exit status, or None over `limit` seconds."""
        launch = self._runtime.script(self.prepared(scenario, script), FIRST_HOST)
        process = await ScriptProcess.start(
            launch.command or (), env=launch.env, cwd=launch.cwd, output=self.log("cleanup")
        )
        self._workspace.add_leader(process.leader)
        try:
            return await process.wait(limit)
        finally:
            await process.end()

    def log(self, name: str) -> Path:
        """The file that keeps the output of `name`."""
        return self._workspace.logs / f"{name}.log"


def cleanup_script(scenario: Scenario) -> Path | None:
    """The script named by `handrail.cleanup` in the index. Raises SessionError when it cannot be read."""
    name = scenario.extra.get("cleanup")
    if not isinstance(name, str):
        return None
    try:
        return safe_paths.named(scenario.root, name)
    except safe_paths.UnsafePath as refusal:
        raise SessionError(f"The clean-up script cannot be run: {refusal.problem('')}") from None
