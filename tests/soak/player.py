"""Wears the player out: `yes` into a client that stops reading, reconnects, terminals opened and closed.

    python tests/soak/player.py [--minutes N]

Prints descriptors, processes and resident memory as it goes; exit status 1 when any of them leaks.
"""

from __future__ import annotations

import argparse
import json
import os
import struct
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "bench"))
from rivals import Handrail

RECONNECTS = 1000
TERMINALS = 50
MOST_GROWTH = 5.0  # MiB, after the first connections have warmed everything up
REPORT_EVERY = 60.0  # seconds
RETURN_EVERY = 50.0  # seconds; longer than the server waits for the answer to a ping


class Soak:
    """A running player and what the soak does to it."""

    def __init__(self, cache: Path) -> None:
        cache.mkdir(parents=True, exist_ok=True)
        self.server = Handrail(cache)
        self.server.start()

    def post(self, path: str, body: dict[str, Any] | None = None) -> Any:
        request = urllib.request.Request(
            self.server.address + path,
            json.dumps(body or {}).encode(),
            {"Authorization": f"Bearer {self.server.token}"},
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

    def attach(
        self, name: str, *, client: str, epoch: str = "", since: int = 0, queue: int | None = 16
    ) -> tuple[ClientConnection, dict[str, Any]]:
        """A new connection to a terminal, and the server's greeting."""
        websocket = connect(
            f"ws://127.0.0.1:{self.server.port}/api/lessons/lesson/terminals/{name}/socket",
            origin=self.server.address.rstrip("/"),  # type: ignore[arg-type]
            subprotocols=["handrail", f"handrail.token.{self.server.token}"],  # type: ignore[list-item]
            compression=None, max_size=None, max_queue=queue, proxy=None, ping_interval=None,
            legacy=True,
        )  # fmt: skip
        hello = {"client": client, "epoch": epoch, "from": since, "columns": 80, "lines": 24}
        websocket.send(json.dumps({"hello": hello}))
        while True:
            message = websocket.recv(60)
            if isinstance(message, str) and "hello" in json.loads(message):
                return websocket, json.loads(message)["hello"]

    def figures(self) -> dict[str, float]:
        """Descriptors and memory of the server, and processes in all its sessions."""
        pid = self.server.process.pid
        return {
            "descriptors": len(list(Path(f"/proc/{pid}/fd").iterdir())),
            "processes": len(descendants(pid)),
            "memory": self.server.memory(),
        }

    def still(self) -> dict[str, float]:
        """The figures once descriptors and processes no longer change."""
        before = self.figures()
        while True:
            time.sleep(1)
            now = self.figures()
            if all(now[key] == before[key] for key in ("descriptors", "processes")):
                return now
            before = now

    def settled(self, wanted: dict[str, float]) -> dict[str, float]:
        """The figures once ends have been noticed: waits for descriptors and processes, at most 30 s."""
        end = time.monotonic() + 30
        while True:
            now = self.figures()
            is_back = all(now[key] <= wanted[key] for key in ("descriptors", "processes"))
            if is_back or time.monotonic() > end:
                return now
            time.sleep(0.1)


def descendants(pid: int) -> set[int]:
    """Every process below this one."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        children.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    found: set[int] = set()
    todo = [pid]
    while todo:
        for child in children.get(todo.pop(), []):
            found.add(child)
            todo.append(child)
    return found


def say(what: str, figures: dict[str, float]) -> None:
    print(
        f"{time.strftime('%H:%M:%S')}  {what:<34} {figures['descriptors']:4.0f} descriptors  "
        f"{figures['processes']:3.0f} processes  {figures['memory']:7.1f} MiB",
        flush=True,
    )


def reconnects(soak: Soak, count: int) -> None:
    """Connections that come, read a little and go, half of them without a goodbye."""
    epoch, since = "", 0
    for number in range(count):
        websocket, hello = soak.attach("T1", client="soak", epoch=epoch, since=since)
        epoch, since = hello["epoch"], hello["start"]
        if number % 2:
            websocket.socket.close()
        else:
            websocket.close()


def terminals(soak: Soak, count: int) -> None:
    """Terminals with something running in them, opened and closed."""
    for _ in range(count):
        name = soak.post("api/lessons/lesson/terminals")["name"]
        websocket, _ = soak.attach(name, client="soak")
        websocket.send(struct.pack(">Q", 0) + b"sleep 1000 & yes > /dev/null\r")
        soak.post(f"api/lessons/lesson/terminals/{name}/close", {"force": True})
        websocket.socket.close()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=30.0, help="how long `yes` runs into the stalled client")
    args = parser.parse_args()
    share = min(1.0, args.minutes / 30)
    soak = Soak(Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "handrail-soak")
    try:
        reconnects(soak, 20)
        terminals(soak, 2)
        before = soak.still()
        say("warm", before)
        names = [soak.post("api/lessons/lesson/terminals")["name"] for _ in range(2)]
        # One client takes everything and acknowledges nothing; the other does not even read, so that the server's
        # pings end it after a while, and it comes back.
        silent, _ = soak.attach(names[0], client="silent", queue=None)
        silent.send(struct.pack(">Q", 0) + b"yes\r")
        deaf, _ = soak.attach(names[1], client="deaf")
        deaf.send(struct.pack(">Q", 0) + b"yes\r")
        end = time.monotonic() + args.minutes * 60
        most = before["memory"]
        shown = returned = time.monotonic() - REPORT_EVERY
        done = 0
        while time.monotonic() < end:
            if time.monotonic() - shown > REPORT_EVERY:
                shown = time.monotonic()
                say("yes into stalled clients", soak.figures())
            if time.monotonic() - returned > RETURN_EVERY:
                returned = time.monotonic()
                deaf.socket.close()
                deaf, _ = soak.attach(names[1], client="deaf")
            most = max(most, soak.server.memory())
            if done < RECONNECTS * share:
                reconnects(soak, 10)
                done += 10
            else:
                time.sleep(0.5)
        reconnects(soak, max(0, int(RECONNECTS * share) - done))
        for name, websocket in zip(names, (silent, deaf), strict=True):
            websocket.socket.close()
            soak.post(f"api/lessons/lesson/terminals/{name}/close", {"force": True})
        say(f"after {int(RECONNECTS * share)} reconnects", soak.settled(before))
        terminals(soak, max(5, int(TERMINALS * share)))
        after = soak.settled(before)
        say(f"after {max(5, int(TERMINALS * share))} terminals", after)
    finally:
        pid = soak.server.process.pid
        below = descendants(pid)
        soak.server.stop()
    left = [each for each in below if Path(f"/proc/{each}/stat").exists() and is_alive(each)]
    leaks = [key for key in ("descriptors", "processes") if after[key] > before[key]]
    if after["memory"] - before["memory"] > MOST_GROWTH or most - before["memory"] > MOST_GROWTH:
        leaks.append(
            f"memory (most {most - before['memory']:.1f} MiB, left {after['memory'] - before['memory']:.1f} MiB)"
        )
    if left:
        leaks.append(f"processes after the end: {left}")
    print(f"leaks: {', '.join(leaks) or 'none'}")
    return 1 if leaks else 0


def is_alive(pid: int) -> bool:
    """Whether the process runs; a zombie that nobody has collected does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


if __name__ == "__main__":
    sys.exit(main())
