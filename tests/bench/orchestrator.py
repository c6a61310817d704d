"""The orchestrator beside the bare stub model: added latency, requests for each second of its CPU, memory.

`python -m tests.bench.orchestrator [ROUNDS]`. Both are measured in turn, round by round, so that what else the machine
does falls on both. Exit status 1 if a target is missed.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import httptools
import uvloop

SEQUENTIAL = 300  # requests of a round on one connection
PARALLEL = 8
EACH = 250  # requests of a round on each of the parallel connections
ADDED_P50_MS, PER_CORE, MEMORY_MB = 1.0, 1500.0, 80.0

BODY = b'{"data":{"ndarray":[[5.1,3.5,1.4,0.2]]}}'


def _request(path: str) -> bytes:
    head = (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {len(BODY)}\r\n"
    )
    return head.encode() + b"\r\n" + BODY


class Client(asyncio.Protocol):
    """Sends one request after the other on a connection and notes how long each took, in seconds."""

    def __init__(self, request: bytes, count: int) -> None:
        self._request, self._left = request, count
        self.times: list[float] = []
        self.done = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._parser = httptools.HttpResponseParser(self)
        self._send()

    def _send(self) -> None:
        self._left -= 1
        self._started = time.perf_counter()
        self._transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_message_complete(self) -> None:
        self.times.append(time.perf_counter() - self._started)
        if self._parser.get_status_code() != 200:
            self.done.set_exception(RuntimeError(f"status {self._parser.get_status_code()}"))
        elif self._left:
            self._send()
        else:
            self._transport.close()
            self.done.set_result(None)


async def load(port: int, path: str, connections: int, each: int) -> list[float]:
    """Times of all requests, in seconds."""
    loop = asyncio.get_running_loop()
    clients = []
    for _ in range(connections):
        _, client = await loop.create_connection(lambda: Client(_request(path), each), "127.0.0.1", port)
        clients.append(client)
    await asyncio.gather(*(client.done for client in clients))
    return [seconds for client in clients for seconds in client.times]


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory_mb(pid: int) -> float:
    line = next(line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as one:
        return int(one.getsockname()[1])


def _await(port: int) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.02)
    raise SystemExit(f"nothing opened port {port}; run the bench again when the machine is less busy")


@contextlib.contextmanager
def processes() -> Iterator[tuple[int, int, int]]:
    """The stub's port, the orchestrator's port and its process id."""
    stub_port, port, grpc_port = free_port(), free_port(), free_port()
    endpoint = {"service_host": "localhost", "service_port": stub_port, "httpPort": stub_port, "grpcPort": 1}
    predictor = {"name": "default", "graph": {"name": "stub", "type": "MODEL", "endpoint": endpoint}}
    env = {
        **os.environ,
        "ENGINE_PREDICTOR": base64.b64encode(json.dumps(predictor).encode()).decode(),
    }
    arguments = ["--sdep", "bench", "--namespace", "bench", "--predictor", "default", "--shutdown_delay", "0s"]
    arguments += ["--http_port", str(port), "--grpc_port", str(grpc_port)]
    stub = subprocess.Popen(
        [sys.executable, str(Path(__file__).parent / "stub.py"), str(stub_port)], stdout=subprocess.DEVNULL
    )
    engine = subprocess.Popen(
        [sys.executable, "-m", "seldon_standin.orchestrator", *arguments], env=env, stderr=subprocess.DEVNULL
    )
    try:
        _await(stub_port)
        _await(port)
        yield stub_port, port, engine.pid
    finally:
        for process in (engine, stub):
            process.terminate()
            process.wait(20)


async def measure(rounds: int, stub_port: int, port: int, pid: int) -> int:
    targets = (("stub", stub_port, "/predict"), ("orchestrator", port, "/api/v1.0/predictions"))
    for _, at, path in targets:
        await load(at, path, PARALLEL, 50)  # warm
    single: dict[str, list[float]] = {name: [] for name, _, _ in targets}
    rates: dict[str, list[float]] = {name: [] for name, _, _ in targets}
    cpu = served = 0.0
    for _ in range(rounds):
        for name, at, path in targets:
            single[name] += await load(at, path, 1, SEQUENTIAL)
        for name, at, path in targets:
            before, started = cpu_seconds(pid), time.perf_counter()
            await load(at, path, PARALLEL, EACH)
            rates[name].append(PARALLEL * EACH / (time.perf_counter() - started))
            if name == "orchestrator":
                cpu += cpu_seconds(pid) - before
                served += PARALLEL * EACH
    p50 = {name: statistics.median(times) * 1000 for name, times in single.items()}
    p99 = {name: statistics.quantiles(times, n=100)[98] * 1000 for name, times in single.items()}
    added, per_core, memory = p50["orchestrator"] - p50["stub"], served / cpu, memory_mb(pid)
    print(f"{rounds} rounds, stub and orchestrator in turn")
    for name, _, _ in targets:
        rate = statistics.median(rates[name])
        print(
            f"{name:13} 1 connection p50 {p50[name]:.2f}, p99 {p99[name]:.2f} ms; 8 connections {rate:.0f} requests/s"
        )
    print(f"added p50 {added:.2f} ms (at most {ADDED_P50_MS})")
    print(f"requests for each second of its CPU {per_core:.0f} (at least {PER_CORE:.0f})")
    print(f"memory {memory:.0f} MB (at most {MEMORY_MB:.0f})")
    return int(added > ADDED_P50_MS or per_core < PER_CORE or memory > MEMORY_MB)


def main() -> int:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    with processes() as (stub_port, port, pid):
        return uvloop.run(measure(rounds, stub_port, port, pid))


if __name__ == "__main__":
    sys.exit(main())
