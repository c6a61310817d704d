"""The terminal servers that the bench compares, each behind the same small face: start it, connect, type, read.

terminado (PyPI), wetty (npm) and ttyd (when on PATH) are installed into a cache folder by `prepare`, never here.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from abc import ABC, abstractmethod
from contextlib import suppress
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

TERMINADO = "0.18.1"
WETTY = "3.2.0"
TERMINADO_SERVER = """
import sys, tornado.ioloop, tornado.web
from terminado import TermSocket, UniqueTermManager
manager = UniqueTermManager(shell_command=["bash", "--norc"])
class Hello(tornado.web.RequestHandler):
    def get(self): self.write("ok")
app = tornado.web.Application([(r"/ws", TermSocket, {"term_manager": manager}), (r"/", Hello)])
app.listen(int(sys.argv[1]), "127.0.0.1")
tornado.ioloop.IOLoop.current().start()
"""


class Link(ABC):
    """One connection to a terminal: bytes in, bytes out."""

    def __init__(self, websocket: ClientConnection) -> None:
        self.websocket = websocket

    @abstractmethod
    def type(self, data: bytes) -> None:
        """Types bytes."""

    @abstractmethod
    def read(self, timeout: float = 60) -> bytes:
        """The next output, acknowledged if the protocol wants that; maybe empty."""

    def until(self, text: bytes, timeout: float = 60) -> int:
        """Reads until the text has come; the number of bytes read."""
        seen, recent = 0, b""
        end = time.monotonic() + timeout
        while text not in recent:
            if time.monotonic() > end:
                raise TimeoutError(f"{text!r} did not come within {timeout:.0f} s")
            data = self.read(max(0.01, end - time.monotonic()))
            seen += len(data)
            recent = recent[-len(text) :] + data
        return seen

    def close(self) -> None:
        with suppress(OSError):
            self.websocket.socket.close()


class Rival(ABC):
    """A server under test. `address` answers HTTP once it is up."""

    name = ""

    def __init__(self, cache: Path) -> None:
        self.cache = cache
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}/"

    @abstractmethod
    def command(self) -> list[str]:
        """What starts it."""

    @abstractmethod
    def link(self) -> Link:
        """A new connection with a shell at its end."""

    def start(self) -> float:
        """Starts it; seconds until the first answer 200."""
        command = self.command()
        # Some CI machines set it; users' Python keeps the bytecode, and a start without it measures the compiler.
        env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        began = time.perf_counter()
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True, cwd=self.cache, env=env
        )
        while True:
            with suppress(urllib.error.URLError, ConnectionError), urllib.request.urlopen(self.address) as answer:
                if answer.status == 200:
                    return time.perf_counter() - began
            if self.process.poll() is not None:
                raise RuntimeError(f"{self.name} did not start")
            time.sleep(0.005)

    def memory(self) -> float:
        """Resident memory of the server itself, in MiB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024  # type: ignore[index]

    def seconds(self) -> float:
        """Processor time that the server itself has used."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self) -> None:
        self.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(10)
        self.process.kill()


class HandrailLink(Link):
    def __init__(self, websocket: ClientConnection) -> None:
        super().__init__(websocket)
        self.typed = self.seen = self.told = 0
        hello = {"client": "bench", "epoch": "", "from": 0, "columns": 80, "lines": 24}
        websocket.send(json.dumps({"hello": hello}))

    def type(self, data: bytes) -> None:
        self.websocket.send(struct.pack(">Q", self.typed) + data)
        self.typed += len(data)

    def read(self, timeout: float = 60) -> bytes:
        while True:
            message = self.websocket.recv(timeout)
            if isinstance(message, bytes):
                self.seen = struct.unpack_from(">Q", message)[0] + len(message) - 16
                if self.seen - self.told >= 65536:
                    self.told = self.seen
                    self.websocket.send(json.dumps({"ack": self.seen}))
                return message[16:]


class Handrail(Rival):
    name = "handrail"

    def command(self) -> list[str]:
        lesson = self.cache / "lesson"
        lesson.mkdir(exist_ok=True)
        (lesson / "page.md").write_text("# One\n\n`echo one`{{exec}}\n")
        (lesson / "index.json").write_text(
            json.dumps({"title": "Bench", "details": {"steps": [{"title": "One", "text": "page.md"}]}})
        )
        # A new one for each start: terminals come back after a restart, and the others' do not.
        self.workspace = Path(tempfile.mkdtemp(prefix="workspace-", dir=self.cache))
        return [
            sys.executable, "-m", "handrail", "play", str(lesson), "--no-browser", "--host",
            "--port", str(self.port), "--workspace", str(self.workspace),
        ]  # fmt: skip

    @property
    def token(self) -> str:
        return str(json.loads((self.workspace / "player.json").read_text())["token"])

    def post(self, route: str) -> Any:
        """Asks the lesson for something; its answer."""
        request = urllib.request.Request(
            f"{self.address}api/lessons/lesson/{route}", b"{}", {"Authorization": f"Bearer {self.token}"}
        )
        with urllib.request.urlopen(request) as answer:
            return json.loads(answer.read() or "null")

    def link(self) -> Link:
        self.post("enter")  # the page is served before its lesson is open
        name = self.post("terminals")["name"]
        return HandrailLink(
            connect(
                f"ws://127.0.0.1:{self.port}/api/lessons/lesson/terminals/{name}/socket",
                origin=self.address.rstrip("/"),  # type: ignore[arg-type]
                subprotocols=["handrail", f"handrail.token.{self.token}"],  # type: ignore[list-item]
                compression=None, max_size=None, proxy=None, legacy=True,
            )
        )  # fmt: skip


class TerminadoLink(Link):
    def type(self, data: bytes) -> None:
        self.websocket.send(json.dumps(["stdin", data.decode()]))

    def read(self, timeout: float = 60) -> bytes:
        while True:
            kind, *rest = json.loads(self.websocket.recv(timeout))
            if kind == "stdout":
                return str(rest[0]).encode()


class Terminado(Rival):
    name = "terminado"

    def command(self) -> list[str]:
        return [str(self.cache / "terminado" / "bin" / "python"), "-c", TERMINADO_SERVER, str(self.port)]

    def link(self) -> Link:
        address = f"ws://127.0.0.1:{self.port}/ws"
        return TerminadoLink(connect(address, compression=None, max_size=None, proxy=None, legacy=True))


class WettyLink(Link):
    """socket.io over a WebSocket; wetty's page commits what it has read, in characters."""

    def __init__(self, websocket: ClientConnection) -> None:
        super().__init__(websocket)
        self.read_since = 0
        websocket.recv()
        websocket.send("40")
        while not self.read():  # what is typed before the shell's prompt would be lost
            pass

    def type(self, data: bytes) -> None:
        self.websocket.send("42" + json.dumps(["input", data.decode()]))

    def read(self, timeout: float = 60) -> bytes:
        while True:
            message = self.websocket.recv(timeout)
            if message == "2":
                self.websocket.send("3")
                return b""
            if isinstance(message, str) and message.startswith('42["data"'):
                text = str(json.loads(message[2:])[1])
                self.read_since += len(text)
                if self.read_since > 262144:
                    self.websocket.send("42" + json.dumps(["commit", self.read_since]))
                    self.read_since = 0
                return text.encode()


class Wetty(Rival):
    name = "wetty"

    def __init__(self, cache: Path) -> None:
        super().__init__(cache)
        self.address = f"http://127.0.0.1:{self.port}/wetty"

    def command(self) -> list[str]:
        program = self.cache / "wetty" / "node_modules" / "wetty" / "build" / "main.js"
        return [
            "node", str(program), "--host", "127.0.0.1", "--port", str(self.port), "--command", "bash",
            "--base", "/wetty",
        ]  # fmt: skip

    def link(self) -> Link:
        address = f"ws://127.0.0.1:{self.port}/wetty/socket.io/?EIO=4&transport=websocket"
        origin = f"http://127.0.0.1:{self.port}"
        return WettyLink(
            connect(address, origin=origin, compression=None, max_size=None, proxy=None, legacy=True)  # type: ignore[arg-type]
        )


class TtydLink(Link):
    def __init__(self, websocket: ClientConnection) -> None:
        super().__init__(websocket)
        websocket.send(json.dumps({"AuthToken": "", "columns": 80, "rows": 24}).encode())

    def type(self, data: bytes) -> None:
        self.websocket.send(b"0" + data)

    def read(self, timeout: float = 60) -> bytes:
        while True:
            message = self.websocket.recv(timeout)
            if isinstance(message, bytes) and message[:1] == b"0":
                return message[1:]


class Ttyd(Rival):
    name = "ttyd"

    def command(self) -> list[str]:
        return ["ttyd", "--port", str(self.port), "--interface", "127.0.0.1", "--writable", "bash", "--norc"]

    def link(self) -> Link:
        address = f"ws://127.0.0.1:{self.port}/ws"
        return TtydLink(
            connect(address, subprotocols=["tty"], compression=None, max_size=None, proxy=None, legacy=True)  # type: ignore[list-item]
        )


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def prepare(cache: Path) -> list[type[Rival]]:
    """Installs what is compared; says on standard error what is left out and why."""
    cache.mkdir(parents=True, exist_ok=True)
    chosen: list[type[Rival]] = [Handrail]
    if not (cache / "terminado" / "bin" / "python").exists():
        subprocess.run([sys.executable, "-m", "venv", str(cache / "terminado")], check=True)
        pip = [str(cache / "terminado" / "bin" / "python"), "-m", "pip", "install", "--quiet"]
        subprocess.run([*pip, f"terminado=={TERMINADO}", "tornado"], check=True)
    chosen.append(Terminado)
    if os.getuid() != 0:
        print("bench: wetty is left out: it starts a shell without ssh only for root", file=sys.stderr)
    elif shutil.which("npm") and shutil.which("node"):
        if not (cache / "wetty" / "node_modules" / "wetty").exists():
            command = ["npm", "install", "--silent", "--no-fund", "--no-audit", "--prefix", str(cache / "wetty")]
            subprocess.run([*command, f"wetty@{WETTY}"], check=True, env={**os.environ})
        chosen.append(Wetty)
    else:
        print("bench: wetty is left out: there is no npm on PATH", file=sys.stderr)
    if shutil.which("ttyd"):
        chosen.append(Ttyd)
    else:
        print("bench: ttyd is left out: it is not on PATH", file=sys.stderr)
    return chosen
