"""A Hub alone: a thousand servers that are none. JupyterHub and its proxy are real, as a classroom installs them.

The spawner starts nothing and says that its server is at the address of one small web server, which answers for all of
them; so what is measured is the Hub with its database, and the proxy with its routes.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import signal
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from ..ports import free_ports

AT_ONCE = 20  # requests; JupyterHub itself lets 100 servers start at once
WITHIN = 900.0  # seconds until a bench that hangs is given up
TOKEN = secrets.token_hex(16)
PAGES = {"Accept": "application/jupyterhub-pagination+json"}
CONFIG = """
import os
from jupyterhub.spawner import Spawner

class Mock(Spawner):
    "Its server is always there."
    async def start(self):
        return "127.0.0.1", int(os.environ["ANSWERS"])
    async def stop(self, now=False):
        pass
    async def poll(self):
        return None

c.JupyterHub.spawner_class = Mock
c.JupyterHub.authenticator_class = "dummy"
c.JupyterHub.bind_url = "http://127.0.0.1:" + os.environ["PORT"]
c.JupyterHub.hub_bind_url = "http://127.0.0.1:" + os.environ["HUB_PORT"]
c.JupyterHub.db_url = "sqlite:///hub.sqlite"
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:" + os.environ["PROXY_PORT"]
c.ConfigurableHTTPProxy.command = [os.environ["PROXY"]]
c.JupyterHub.services = [{"name": "bench", "api_token": os.environ["TOKEN"]}]
c.JupyterHub.load_roles = [{"name": "bench", "services": ["bench"],
    "scopes": ["admin:users", "admin:servers", "list:users", "proxy"]}]
"""


@dataclass(frozen=True)
class Figures:
    """Servers that were started in so many seconds; `lost`: those that the Hub or the proxy does not have, or that do
    not answer through the proxy; the Hub's memory in MiB."""

    servers: int
    seconds: float
    lost: int
    memory: float

    @property
    def rate(self) -> float:
        """Servers a second."""
        return self.servers / self.seconds


async def measure(programs: Path, count: int) -> Figures:
    """Starts so many servers with a Hub of its own, which is gone afterwards."""
    async with asyncio.timeout(WITHIN), answering() as answers:
        with tempfile.TemporaryDirectory(prefix="handrail-mock-hub-", dir="/var/tmp") as folder:
            async with hub(programs, Path(folder), answers) as (client, pid):
                return await started(client, pid, count)


@contextlib.asynccontextmanager
async def answering() -> AsyncIterator[int]:
    """The port of a web server that has one answer for all."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            head = await reader.readuntil(b"\r\n\r\n")
            path = head.split(b" ", 2)[1]
            length = str(len(path)).encode()
            writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " + length + b"\r\n\r\n" + path)
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


@contextlib.asynccontextmanager
async def hub(programs: Path, folder: Path, answers: int) -> AsyncIterator[tuple[httpx.AsyncClient, int]]:
    """A client with an administrator's token, and the Hub's process id."""
    (folder / "config.py").write_text(CONFIG)
    port, hub_port, proxy_port = free_ports(3)
    told = {
        "ANSWERS": str(answers), "PORT": str(port), "HUB_PORT": str(hub_port), "PROXY_PORT": str(proxy_port),
        "PROXY": str(programs / "node_modules" / ".bin" / "configurable-http-proxy"), "TOKEN": TOKEN,
    }  # fmt: skip
    command = [programs / "venv" / "bin" / "jupyterhub", "--config", "config.py", "--log-level", "ERROR"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, env=os.environ | told, stdout=log, stderr=log)
    fields = {"Authorization": f"token {TOKEN}"}
    limits = httpx.Limits(max_connections=AT_ONCE)
    address = f"http://127.0.0.1:{port}"
    try:
        async with httpx.AsyncClient(
            base_url=address, headers=fields, trust_env=False, timeout=WITHIN, limits=limits
        ) as client:

            async def is_up() -> bool:
                assert process.poll() is None, (folder / "log").read_text()
                with contextlib.suppress(httpx.TransportError):
                    return (await client.get("/hub/api/")).status_code == 200
                return False

            while not await is_up():
                await asyncio.sleep(0.1)
            yield client, process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()


async def started(client: httpx.AsyncClient, pid: int, count: int) -> Figures:
    """Makes users and starts a server for each."""
    names = [f"learner-{number:04}" for number in range(count)]
    for first in range(0, count, AT_ONCE):
        made = await client.post("/hub/api/users", json={"usernames": names[first : first + AT_ONCE]})
        assert made.status_code == 201, made.text
    turns = asyncio.Semaphore(AT_ONCE)

    async def start(name: str) -> None:
        async with turns:
            while (answer := await client.post(f"/hub/api/users/{name}/server")).status_code == 429:
                await asyncio.sleep(float(answer.headers.get("retry-after", 1)))
            assert answer.status_code in (201, 202), f"{name}: {answer.status_code} {answer.text}"

    began = time.monotonic()
    await asyncio.gather(*map(start, names))
    while await count_of_ready(client) < count and time.monotonic() - began < WITHIN / 2:
        await asyncio.sleep(0.5)
    seconds = time.monotonic() - began
    ready = {user["name"] for user in await every(client, "users", state="ready")}
    routes = {route["routespec"] for route in await every(client, "proxy")}

    async def is_there(name: str) -> bool:
        async with turns:
            answer = await client.get(f"/user/{name}/x")
            return name in ready and f"/user/{name}/" in routes and answer.text == f"/user/{name}/x"

    there = await asyncio.gather(*map(is_there, names))
    return Figures(count, seconds, there.count(False), memory_of(pid))


async def count_of_ready(client: httpx.AsyncClient) -> int:
    """How many servers are ready, as far as the Hub knows."""
    answer = await client.get("/hub/api/users", params={"state": "ready", "limit": 1}, headers=PAGES)
    return int(answer.json()["_pagination"]["total"])


async def every(client: httpx.AsyncClient, what: str, **asked: str) -> list[dict[str, Any]]:
    """All users or routes: the Hub gives 200 at once, and routes by their path."""
    found: list[dict[str, Any]] = []
    while True:
        page = {"offset": len(found), "limit": 200}
        items = (await client.get(f"/hub/api/{what}", params=page | asked, headers=PAGES)).json()["items"]
        rows = list(items.values()) if isinstance(items, dict) else items
        if not rows:
            return found
        found += rows


def memory_of(pid: int) -> float:
    """MiB of a process that are its own (proportional set size)."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
