"""A component whose every byte a test decides, and an orchestrator process in front of it."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ....ports import free_ports
from ....waiting import until

ROW = b'{"data":{"ndarray":[[1.5]]}}'


class Peer:
    """One connection as the component sees it."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self._rest = b""

    def request(self) -> tuple[bytes, bytes] | None:
        """Head and body of the next request; None at the end of the connection."""
        while b"\r\n\r\n" not in self._rest:
            more = self.connection.recv(65536)
            if not more:
                return None
            self._rest += more
        head, _, rest = self._rest.partition(b"\r\n\r\n")
        length = next(
            (int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), 0
        )
        parts = [rest]
        missing = length - len(rest)
        while missing > 0:
            more = self.connection.recv(1 << 20)
            parts.append(more)
            missing -= len(more)
        body = b"".join(parts)
        self._rest = body[length:]
        return head, body[:length]

    def answer(self, body: bytes, *, status: str = "200 OK", more: str = "Content-Type: application/json\r\n") -> None:
        self.connection.sendall(f"HTTP/1.1 {status}\r\n{more}Content-Length: {len(body)}\r\n\r\n".encode() + body)


def serve_all(peer: Peer) -> None:
    """Answer every request of a connection with ROW."""
    while peer.request() is not None:
        peer.answer(ROW)


class Component:
    """Listens on a port of its own; `behave` gets each connection in a thread of its own.

    Setting `behave` closes the connections that behave in the old way.
    """

    def __init__(self) -> None:
        self._behave: Callable[[Peer], None] = serve_all
        self._open: set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def behave(self) -> Callable[[Peer], None]:
        return self._behave

    @behave.setter
    def behave(self, behave: Callable[[Peer], None]) -> None:
        self._behave = behave
        for connection in list(self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        self._open.add(connection)
        with connection, contextlib.suppress(OSError):
            self.behave(Peer(connection))
        self._open.discard(connection)

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)  # wakes the thread that accepts, which would hold the port open
        self._listener.close()


class Orchestrator:
    """A running orchestrator. `graph` as in ENGINE_PREDICTOR."""

    def __init__(
        self,
        graph: Mapping[str, Any],
        folder: Path,
        *,
        annotations: Mapping[str, str] | None = None,
        env: Mapping[str, str] | None = None,
        arguments: tuple[str, ...] = ("--shutdown_delay", "0s"),
    ) -> None:
        self.port, self.grpc_port = free_ports(2)
        described = folder / "annotations"
        described.write_text("".join(f'{key}="{value}"\n' for key, value in (annotations or {}).items()))
        self.log = folder / "log"
        predictor = base64.b64encode(json.dumps({"name": "p", "graph": graph}).encode()).decode()
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "seldon_standin.orchestrator", "--sdep", "d", "--namespace", "n"),
                    *("--predictor", "p", "--http_port", str(self.port), "--grpc_port", str(self.grpc_port)),
                    *("--prometheus_path", "/prometheus", *arguments),
                ],
                env={
                    **os.environ,
                    "ENGINE_PREDICTOR": predictor,
                    "PODINFO_ANNOTATIONS": str(described),
                    **(env or {}),
                },
                stdout=log,
                stderr=log,
            )
        until(lambda: b"serving" in self.log.read_bytes() or self.process.poll() is not None, "an orchestrator")
        assert self.process.poll() is None, self.log.read_text()

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), 30)

    def post(self, body: bytes = ROW, *, path: str = "/api/v1.0/predictions", more: str = "") -> Answer:
        with self.connect() as connection:
            connection.sendall(post(body, path=path, more=more))
            return read_answer(connection)

    def get(self, path: str) -> Answer:
        with self.connect() as connection:
            connection.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            return read_answer(connection)

    def close(self) -> None:
        self.process.kill()
        self.process.wait()


class Answer:
    def __init__(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.status, self.headers, self.body = status, headers, body

    @property
    def info(self) -> str:
        """The text in the orchestrator's own error form."""
        return str(json.loads(self.body)["status"]["info"])


def post(body: bytes, *, path: str = "/api/v1.0/predictions", more: str = "") -> bytes:
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: {len(body)}\r\n{more}\r\n".encode() + body


def read_answer(connection: socket.socket, rest: bytearray | None = None) -> Answer:
    """Read one answer; what follows it stays in `rest`."""
    data = rest if rest is not None else bytearray()

    def read_to(mark: bytes) -> bytes:
        while mark not in data:
            more = connection.recv(1 << 20)
            assert more, f"the connection ended after {bytes(data[:200])!r}"
            data.extend(more)
        return take(data.index(mark) + len(mark))

    def take(count: int) -> bytes:
        while len(data) < count:
            more = connection.recv(1 << 20)
            assert more, f"the connection ended after {bytes(data[:200])!r}"
            data.extend(more)
        part = bytes(data[:count])
        del data[:count]
        return part

    lines = read_to(b"\r\n\r\n").decode().split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines[1:] if ": " in line)
    body = b""
    if headers.get("Transfer-Encoding") == "chunked":
        while size := int(read_to(b"\r\n"), 16):
            body += take(size)
            take(2)
        take(2)
    else:
        body = take(int(headers.get("Content-Length", "0")))
    return Answer(int(lines[0].split(" ")[1]), headers, body)


def node(
    name: str, component: Component | None, kind: str | None = "MODEL", *children: Mapping[str, Any], **more: Any
) -> dict[str, Any]:
    """A node of a graph, led to a component."""
    made: dict[str, Any] = {"name": name, "children": list(children), **more}
    if kind is not None:
        made["type"] = kind
    if component is not None:
        port = component.port
        made["endpoint"] = {"service_host": "localhost", "service_port": port, "httpPort": port, "grpcPort": port}
    return made
