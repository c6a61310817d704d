"""What airgap's tests share: a cache of their own, programs to put on a PATH, and a publisher on loopback."""

from __future__ import annotations

import hashlib
import http.server
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

REPO = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache, and none of the host's settings that would lead elsewhere."""
    for name in ("BUNDLE", "AIRGAP_OFFLINE", "AIRGAP_EVENTS", "HANDRAIL_HOST_HOME", "CONTAINERS_CONF", "DOCKER_HOST"):
        monkeypatch.delenv(name, raising=False)
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.delenv(name, raising=False)
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    return tmp_path / "cache" / "handrail-airgap"


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], Path]:
    """Write a shell script to the first folder of PATH."""
    folder = tmp_path / "programs"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")

    def write(name: str, script: str) -> Path:
        path = folder / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        return path

    return write


@pytest.fixture
def airgap(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run the command line as its user does."""

    def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "airgap", *map(str, words)]
        env = {**os.environ, "PYTHONPATH": str(REPO)}
        return subprocess.run(
            command, cwd=tmp_path, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )

    return run


@dataclass
class Publisher:
    """Serves files with their checksums; faults are told to it by path."""

    address: str
    files: dict[str, bytes] = field(default_factory=dict)
    cut: dict[str, int] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def publish(self, path: str, content: bytes, checksum: str | None = None) -> None:
        self.files[path] = content
        suffix = ".sha256" if checksum is None else checksum
        digest = hashlib.sha256(content).hexdigest()
        self.files[f"{path}{suffix}"] = f"{digest}  {Path(path).name}\n".encode()


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    """A publisher on loopback. ``cut[path] = n`` ends the connection half-way for the next n downloads of it."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.answer(b"")

        def do_GET(self) -> None:
            path = self.path.lstrip("/")
            served.asked.append(path)
            content = served.files.get(path, b"")
            if served.cut.get(path, 0) > 0:
                served.cut[path] -= 1
                content = content[: len(content) // 2]
            self.answer(content)

        def answer(self, body: bytes) -> None:
            whole = served.files.get(self.path.lstrip("/"))
            self.send_response(200 if whole is not None else 404)
            self.send_header("Content-Length", str(len(whole or b"")))
            self.end_headers()
            self.wfile.write(body)
            self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served = Publisher(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield served
    server.shutdown()
    thread.join()
    server.server_close()
