"""Runs a collector here, posts events from eight sides, kills it with SIGKILL three times in the middle, and counts.

Exit status 1 when an event that was acknowledged is not in the store.
"""
import http.client
import os
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

HERE = Path(__file__).parent
KILLS = 3


class Poster(threading.Thread):
    """Posts numbered events until told to stop and remembers which were acknowledged."""

    def __init__(self, name: str, port: int, stop: threading.Event) -> None:
        super().__init__(name=name)
        self.port, self.stop = port, stop
        self.acknowledged: list[str] = []

    def run(self) -> None:
        number = 0
        while not self.stop.is_set():
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
            try:
                while not self.stop.is_set():
                    number += 1
                    event = f"{self.name}-{number}"
                    headers = {"Ce-Id": event, "Ce-Type": "io.seldon.serving.inference.request"}
                    connection.request("POST", "/", f'{{"data":{{"ndarray":[[{number}]]}}}}', headers)
                    reply = connection.getresponse()
                    reply.read()
                    if reply.status == 200:
                        self.acknowledged.append(event)
            except (OSError, http.client.HTTPException):
                connection.close()
                time.sleep(0.05)


def start(folder: str, port: int) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "DATA": folder, "PORT": str(port)}
    process = subprocess.Popen([sys.executable, HERE / "collector.py"], env=environment, stdout=subprocess.DEVNULL)
    for _ in range(200):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/ready")
            connection.getresponse().read()
            return process
        except OSError:
            time.sleep(0.05)
    sys.exit(f"the collector did not start: run  PORT={port} python collector/collector.py  and read what it says")


def main() -> int:
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 18090
    with tempfile.TemporaryDirectory() as folder:
        collector = start(folder, port)
        stop = threading.Event()
        posters = [Poster(f"side{number}", port, stop) for number in range(8)]
        for poster in posters:
            poster.start()
        for number in range(KILLS):
            wanted = sum(len(poster.acknowledged) for poster in posters) + 100
            while sum(len(poster.acknowledged) for poster in posters) < wanted:
                time.sleep(0.02)
            collector.kill()
            collector.wait()
            print(f"killed, {number + 1} of {KILLS}, after {sum(len(poster.acknowledged) for poster in posters)} acknowledged events")
            collector = start(folder, port)
        stop.set()
        for poster in posters:
            poster.join()
        collector.kill()
        collector.wait()
        acknowledged = {event for poster in posters for event in poster.acknowledged}
        with sqlite3.connect(Path(folder, "events.db")) as connection:
            stored = {row[0] for row in connection.execute("SELECT event FROM events")}
            sound = connection.execute("PRAGMA integrity_check").fetchone()[0]
    lost = acknowledged - stored
    print(f"{len(acknowledged)} acknowledged, {len(stored)} stored, {len(lost)} lost; the database is {sound}")
    return 1 if lost or sound != "ok" else 0


if __name__ == "__main__":
    sys.exit(main())
