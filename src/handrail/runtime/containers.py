"""Run a scenario in containers: one for each host, removed at the end, nothing of the machine in them but the
scenario's folder (read-only) and the workspace's folders for logs' and checks' sake.
"""

from __future__ import annotations

import contextlib
import io
import os
import tarfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from handrail.markdown.placeholders import LocalPorts
from handrail.problems import Problem
from handrail.runtime import hosts, open_ports
from handrail.runtime.container_files import ContainerFiles
from handrail.runtime.engine import Engine, EngineError
from handrail.runtime.files import Files
from handrail.runtime.host import FIRST_HOST, Launch, quoted
from handrail.runtime.image_table import image_for, own_table_path
from handrail.runtime.images_here import NEW_BASH, likely_image
from handrail.runtime.workspace import SHIMS, Workspace
from handrail.scenario.assets import AssetFile, to_lay_out
from handrail.scenario.reader import Scenario
from handrail.terminal import processes, pty_process

_SCENARIO = "/handrail/scenario"
_BIN = "/handrail/bin"
_BASHRC = "/handrail/bashrc"
_LABEL = "handrail.workspace"
# Ends at once when told to, and takes in orphans: not every engine has an init of its own.
_FIRST_PROCESS = "trap 'exit 0' TERM; while :; do sleep 3600 & wait $!; done"
# Appends the hosts' addresses that it reads; the other file is where Killercoda says how a port is reached.
_INTRODUCE = "cat >>/etc/hosts; mkdir -p /etc/killercoda /opt; echo http://127.0.0.1:PORT >/etc/killercoda/host"
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class Containers:
    """A place of containers of one image: the given one, or the one that stands for the scenario's imageid."""

    keeps_state = False
    home = "/root"

    def __init__(self, scenario: Scenario, workspace: Workspace, engine: Engine, image: str | None = None) -> None:
        """Raises NoImage."""
        self._given = image
        self.image = image or image_for(scenario.imageid)
        self._root, self._workspace, self._engine = scenario.root, workspace, engine
        self._names: dict[str, str] = {}
        self._published: dict[tuple[str, int], int] = {}
        self._addresses: dict[str, str] = {}
        self._paths: dict[str, str] = {}
        self.files: Files = ContainerFiles(self._in_first_host)

    async def start(self, scenario: Scenario) -> list[Problem]:
        await self._remove_all()  # what a killed run left
        self.image = self._given or image_for(scenario.imageid)
        if not await self._engine.succeeds("image", "inspect", self.image):
            try:
                await self._engine.run("pull", "--quiet", self.image)
            except EngineError as error:
                raise EngineError(await self._not_to_be_had(str(error))) from None
        ports = hosts.ports(scenario)
        for host in hosts.hosts(scenario):
            await self._start_host(host, sorted(port for name, port in ports if name == host))
        await self._introduce()
        listing = to_lay_out(scenario)
        for host in self._names:
            await self._lay_out(host, [file for file in listing.files if hosts.real_name(file.host) == host])
        return list(listing.problems)

    async def stop(self) -> None:
        await self._remove_all()
        self._names.clear()

    def placeholders(self, *, inside: bool) -> Mapping[str, str]:
        return hosts.InnerPorts(self._addresses) if inside else LocalPorts(self._published, self._addresses)

    def address(self, host: str, port: int) -> tuple[str, int]:
        host = hosts.real_name(host)
        published = self._published.get((host, port))
        return ("127.0.0.1", published) if published else (self._addresses.get(host, "127.0.0.1"), port)

    def behind(self, port: int) -> tuple[str, int]:
        return next((inner for inner, published in self._published.items() if published == port), (FIRST_HOST, port))

    async def open_ports(self, host: str, *, own: bool = False) -> frozenset[int] | None:
        # A container without IPv6 has no second table, which is no failure.
        command = f"cat {' '.join(open_ports.TABLES)} 2>/dev/null; :"
        try:
            text = await self._engine.run(*self._exec(host)[1:], "sh", "-c", command)
        except EngineError:
            return None
        return frozenset(port for port, _ in open_ports.listeners(text))

    async def services(self, leaders: Sequence[processes.Identity]) -> Sequence[tuple[str, int]]:
        return [(host, port) for host in self._names for port in sorted(await self.open_ports(host) or ())]

    def shell(self, host: str) -> Launch:
        # The mark's key is made with each shell; `-e NAME` alone takes it from the engine's own environment.
        command = [
            *self._exec(host, "-it", "-e", "HANDRAIL_MARK", "-e", f"HANDRAIL_RC={_BASHRC}"),
            "sh", "-c", 'cd; exec bash --noprofile --rcfile "$HANDRAIL_RC" -i',
        ]  # fmt: skip
        return Launch(command, self._client_environment(), self._workspace.home)

    def script(self, script: Path, host: str, arguments: Sequence[str] = ()) -> Launch:
        command = [
            *self._exec(host, "-e", "VERIFICATION_FAILURE_REASON"),
            "sh", "-c", 'cd; exec bash "$0" "$@"', self._inside(script), *arguments,
        ]  # fmt: skip
        return Launch(command, self._client_environment(), self._workspace.home)

    def source_line(self, script: Path) -> str:
        return f'source "{quoted(self._inside(script))}"'

    # Inner matters

    def _in_first_host(self, command: list[str], data: bytes) -> bytes:
        return self._engine.run_now([*self._exec(FIRST_HOST, "-i")[1:], *command], data)

    async def _not_to_be_had(self, why: str) -> str:
        here = await likely_image(self._engine)
        offer = f"pass --image {here}, which is here" if here else "pass --image with the name of one that is here"
        return (
            f"The image {self.image} is not here and cannot be fetched ({why}): {offer}, name another one in "
            f"{own_table_path()}, or pass --host to run on this machine."
        )

    async def _start_host(self, host: str, ports: Sequence[int]) -> None:
        name = f"handrail-{self._workspace.path.name[-40:]}-{os.getpid()}-{host}"
        workspace = self._workspace
        mounts = [(self._root, _SCENARIO, "ro"), (SHIMS, _BIN, "ro"), (pty_process.BASHRC, _BASHRC, "ro")]
        mounts += [
            (folder, str(folder), "rw") for folder in (workspace.exchange, workspace.background, workspace.scripts)
        ]
        arguments = ["run", "--detach", "--rm", "--name", name, "--hostname", host]
        arguments += ["--label", f"{_LABEL}={workspace.path}"]
        for source, target, how in mounts:
            arguments += ["--volume", f"{source}:{target}:{how}"]
        for port in ports:
            arguments += ["--publish", f"127.0.0.1::{port}"]
        await self._engine.run(*arguments, self.image, "bash", "-c", _FIRST_PROCESS)
        self._names[host] = name
        self._paths[host] = await self._engine.run("exec", name, "sh", "-c", 'echo "$PATH"') or _PATH
        if not await self._engine.succeeds("exec", name, "bash", "-c", NEW_BASH):
            remedy = f"pass --image with another one, or name it in {own_table_path()}"
            raise EngineError(f"The image {self.image} has no bash 5.1 or newer: {remedy}.")
        for port in ports:
            published = await self._engine.run("port", name, f"{port}/tcp")
            self._published[(host, port)] = int(published.splitlines()[0].rpartition(":")[2])
        template = "{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}"
        addresses = await self._engine.run("inspect", "--format", template, name)
        self._addresses[host] = addresses.split()[0] if addresses.split() else "127.0.0.1"

    async def _introduce(self) -> None:
        """Tell each host the others' addresses."""
        for name in self._names.values():
            lines = "".join(f"{self._addresses[other]} {other}\n" for other in self._names)
            await self._engine.run("exec", "-i", "-u", "0", name, "sh", "-c", _INTRODUCE, data=lines.encode())

    async def _lay_out(self, host: str, files: Sequence[AssetFile]) -> None:
        if not files:
            return
        home = await self._engine.run("exec", self._names[host], "sh", "-c", "cd && pwd")
        archive = io.BytesIO()
        with tarfile.open(fileobj=archive, mode="w") as tar:
            for file in files:
                target = home + file.target[1:] if file.target.startswith("~/") else file.target
                member = tarfile.TarInfo(target.lstrip("/"))
                status = file.source.stat()
                member.size, member.mtime = status.st_size, int(status.st_mtime)
                member.mode = file.mode if file.mode is not None else status.st_mode & 0o777
                with file.source.open("rb") as stream:
                    tar.addfile(member, stream)
        await self._engine.run("cp", "-", f"{self._names[host]}:/", data=archive.getvalue())

    async def _remove_all(self) -> None:
        with contextlib.suppress(EngineError):
            ours = f"label={_LABEL}={self._workspace.path}"
            found = await self._engine.run("ps", "--all", "--quiet", "--filter", ours)
            if found:
                await self._engine.run("rm", "--force", "--volumes", *found.split())

    def _exec(self, host: str, *options: str) -> list[str]:
        host = hosts.real_name(host)
        if host not in self._names:
            raise EngineError(f"The scenario has no host {host}: its hosts are {', '.join(self._names)}.")
        settings = {
            "SCENARIO_DIR": _SCENARIO,
            "HANDRAIL_WORKSPACE": str(self._workspace.path),
            "HANDRAIL_HOSTS": " ".join(self._names),
            "HANDRAIL_THIS_HOST": host,
            "TERM": "xterm-256color",
            "LANG": "C.UTF-8",
            "PATH": f"{_BIN}:{self._paths[host]}",
        }
        given = [word for name, value in settings.items() for word in ("-e", f"{name}={value}")]
        return [self._engine.path, "exec", *given, *options, self._names[host]]

    def _inside(self, script: Path) -> str:
        """Where a script of the scenario, or a copy in the workspace, is in the container."""
        root = self._root.resolve()
        if script.resolve().is_relative_to(root):
            return f"{_SCENARIO}/{script.resolve().relative_to(root)}"
        return str(script)

    def _client_environment(self) -> dict[str, str]:
        return {**os.environ, "HANDRAIL_WORKSPACE": str(self._workspace.path)}
