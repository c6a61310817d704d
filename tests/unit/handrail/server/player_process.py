"""A real `handrail play` as a program sees it: its process, its routes, the frames of its terminals."""

from __future__ import annotations

import json
import os
import re
import signal
import struct
import subprocess
import sys
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from websockets.sync.client import ClientConnection, connect

from ....waiting import PATIENCE

ADDRESS = re.compile(r"http://127\.0\.0\.1:(\d+)/#token=(\S+)")


@dataclass
class Server:
    """A player that runs. `process` is its own, so a signal to it is a signal to the player. `lesson` is the id of the
    lesson that paths without a slash in front belong to."""

    port: int
    token: str
    process: subprocess.Popen[str]
    workspace: Path
    lesson: str = "lesson"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def signed_in(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def at(self, path: str) -> str:
        """The address of a path, which is the lesson's own unless a slash leads it."""
        return self.url + (path if path.startswith("/") else f"/api/lessons/{self.lesson}/{path}")

    def get(self, path: str) -> httpx.Response:
        return httpx.get(self.at(path), headers=self.signed_in, trust_env=False, timeout=PATIENCE)

    def post(self, path: str, body: Any = None) -> httpx.Response:
        headers = self.signed_in
        return httpx.post(self.at(path), headers=headers, json=body or {}, trust_env=False, timeout=PATIENCE)

    def save(self, file: str, text: str | bytes, version: str = "") -> httpx.Response:
        """Saves a text in place of the one of this version."""
        asked = {"path": file, "version": version}
        return httpx.put(self.at("files/text"), params=asked, headers=self.signed_in, content=text, trust_env=False)

    def socket(
        self, path: str, *, token: str | None = None, origin: str | None = None
    ) -> AbstractContextManager[ClientConnection]:
        return connect(
            self.at(path).replace("http", "ws", 1),
            origin=origin or self.url,  # type: ignore[arg-type]
            subprotocols=["handrail", f"handrail.token.{token or self.token}"],  # type: ignore[list-item]
            compression=None, max_size=None, proxy=None, open_timeout=PATIENCE, ping_interval=None,
        )  # fmt: skip


    def stop(self, signum: int = signal.SIGTERM) -> str:
        """Ends it, waits until it is gone; what it said on standard output after its address."""
        self.process.send_signal(signum)
        return self.process.communicate(timeout=PATIENCE)[0]


def command(scenario: Path, workspace: Path | None, *arguments: str) -> list[str]:
    """`handrail play` without a browser; on any free port and in `workspace`, if there is one."""
    place = [] if workspace is None else ["--port", "0", "--workspace", str(workspace)]
    return [sys.executable, "-m", "handrail", "play", str(scenario), "--no-browser", "--host", *place, *arguments]


def start(scenario: Path, workspace: Path, *arguments: str) -> Server:
    """A player in `workspace` that is ready."""
    return wait_ready(command(scenario, workspace, *arguments), workspace)


def wait_ready(argv: list[str], workspace: Path, environment: Mapping[str, str] | None = None) -> Server:
    """Runs a command that is a player, and waits for its address."""
    process = subprocess.Popen(
        argv, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env={**os.environ, **(environment or {})}
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    match = ADDRESS.search(line)
    assert match is not None, line
    return Server(int(match[1]), match[2], process, workspace)


def attach(socket: ClientConnection, *, client: str = "c", epoch: str = "", since: int = 0) -> dict[str, Any]:
    """Says hello; returns the answer."""
    hello = {"client": client, "epoch": epoch, "from": since, "columns": 80, "lines": 24}
    socket.send(json.dumps({"hello": hello}))
    while True:
        message = socket.recv(timeout=PATIENCE)
        if isinstance(message, str) and "hello" in json.loads(message):
            return dict(json.loads(message)["hello"])


def output(socket: ClientConnection, until: bytes) -> tuple[int, bytes]:
    """The bytes from here until some text has come, and the number of the first."""
    first, seen = -1, b""
    while until not in seen:
        message = socket.recv(timeout=PATIENCE)
        if isinstance(message, bytes):
            number = struct.unpack_from(">Q", message)[0]
            first = number if first < 0 else first
            assert number == first + len(seen), "bytes are missing or double"
            seen += message[16:]
            socket.send(json.dumps({"ack": number + len(message) - 16}))
    return first, seen


def type_line(socket: ClientConnection, at: int, text: str) -> int:
    data = text.encode() + b"\r"
    socket.send(struct.pack(">Q", at) + data)
    return at + len(data)
