"""Where a scenario runs: on this machine (`Host`) or in containers (`containers.Containers`).

A session asks its place how to start a shell and a script; everything else is the same for both.
"""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from handrail.markdown.placeholders import LocalPorts
from handrail.problems import Problem
from handrail.runtime import open_ports
from handrail.runtime.environment import lesson_environment
from handrail.runtime.files import Files
from handrail.runtime.home_files import HomeFiles
from handrail.runtime.workspace import Workspace
from handrail.scenario.reader import Scenario
from handrail.terminal import processes

FIRST_HOST = "host01"
_NAMES_ROOT = re.compile(r"(?<![\w./~-])/root(?![\w.-])")


@dataclass(frozen=True)
class Launch:
    """How to start a program. `command` None: the interactive bash that is first on PATH."""

    command: Sequence[str] | None
    env: Mapping[str, str]
    cwd: Path


class Runtime(Protocol):
    """What a session needs of the place that it runs in.

    keeps_state: whether what a scenario does there outlives a run, and must be cleaned up by the scenario itself.
    home: the path of ~ there.
    files: the lesson's files.
    """

    keeps_state: bool
    home: str
    files: Files

    async def start(self, scenario: Scenario) -> list[Problem]:
        """Make the place ready and lay the scenario's assets out. Returns what could not be laid out."""
        ...

    async def stop(self) -> None:
        """Take away what `start` made."""
        ...

    def placeholders(self, *, inside: bool) -> Mapping[str, str]:
        """Values of the placeholders: in commands and scripts, which run `inside`, or on pages, which do not."""
        ...

    def address(self, host: str, port: int) -> tuple[str, int]:
        """Where this machine reaches a port of `host`: an IP address and a port."""
        ...

    def behind(self, port: int) -> tuple[str, int]:
        """The (host, port) that a page means by a port of this machine: the other way round."""
        ...

    async def open_ports(self, host: str, *, own: bool = False) -> frozenset[int] | None:
        """The TCP ports on which something listens there now; None where nobody can tell. `own`: where others may run
        programs, too, those of this user's alone."""
        ...

    async def services(self, leaders: Sequence[processes.Identity]) -> Sequence[tuple[str, int]]:
        """(host, port) where the lesson's own programs listen; leaders: the first process of each of its shells."""
        ...

    def shell(self, host: str) -> Launch:
        """An interactive shell on `host`."""
        ...

    def script(self, script: Path, host: str, arguments: Sequence[str] = ()) -> Launch:
        """A script of the scenario as a child process on `host`."""
        ...

    def source_line(self, script: Path) -> str:
        """What is typed into a shell to run `script` in it."""
        ...


class Host:
    """The user's own machine, with a home folder of the workspace; all hosts are one."""

    keeps_state = True

    def __init__(self, scenario: Scenario, workspace: Workspace) -> None:
        self._root = scenario.root
        self._workspace = workspace
        self.home = str(workspace.home)
        self.files: Files = HomeFiles(workspace.home)
        self._env = lesson_environment(os.environ, workspace=workspace.path, scenario=scenario.root)

    async def start(self, scenario: Scenario) -> list[Problem]:
        return self._workspace.lay_out(scenario)

    async def stop(self) -> None:
        servers = await asyncio.to_thread(processes.multiplexers, self._workspace.setting)
        await asyncio.to_thread(processes.end_sessions, servers, 0.5)

    def placeholders(self, *, inside: bool) -> Mapping[str, str]:
        return LocalPorts()

    def address(self, host: str, port: int) -> tuple[str, int]:
        return "127.0.0.1", port

    def behind(self, port: int) -> tuple[str, int]:
        return FIRST_HOST, port

    async def open_ports(self, host: str, *, own: bool = False) -> frozenset[int] | None:
        return await asyncio.to_thread(open_ports.here, os.getuid() if own else None)

    async def services(self, leaders: Sequence[processes.Identity]) -> Sequence[tuple[str, int]]:
        # Programs of others listen on this machine, too.
        ports = await asyncio.to_thread(
            lambda: open_ports.of_processes(pid for leader in leaders for pid in processes.members(leader))
        )
        return [(FIRST_HOST, port) for port in sorted(ports)]

    def shell(self, host: str) -> Launch:
        return Launch(None, self._env, self._workspace.home)

    def script(self, script: Path, host: str, arguments: Sequence[str] = ()) -> Launch:
        # In ~, as on the platforms: what it makes there the learner finds, and the scenario's folder stays as it is.
        return Launch(["bash", str(script), *arguments], self._env, self._workspace.home)

    def source_line(self, script: Path) -> str:
        if script.is_relative_to(self._root):
            return f'source "$SCENARIO_DIR/{quoted(script.relative_to(self._root))}"'
        return f'source "$HANDRAIL_WORKSPACE/{quoted(script.relative_to(self._workspace.path))}"'


def about_root(text: str, home: str) -> str:
    """What to say of commands that failed and name /root, which is ~ on the platforms; "" where it means nothing."""
    if home == "/root" or not _NAMES_ROOT.search(text):
        return ""
    here = f"Here that is {home}: write ~ or $HOME instead."
    return f"It names /root, which is the home folder on other platforms. {here}"


def quoted(path: Path | str) -> str:
    """A path for use inside double quotes."""
    text = str(path)
    for character in '\\"$`':
        text = text.replace(character, "\\" + character)
    return text
