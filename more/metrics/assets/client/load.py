"""Send predictions at an even pace and show how it goes. Exit status 1 when a request failed that should not have.

python client/load.py --seconds 20 --rate 40 --stream iris --broken 0.3
"""
import argparse
import os
import sys
import time
from pathlib import Path

import numpy as np
import requests
from flowers import STREAMS

sys.path.insert(0, str(Path(__file__).parents[1] / "scripts"))
from model_port import ModelPort

WIDTH = 30


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Send predictions at an even pace.")
    parser.add_argument("--seconds", type=float, default=15, help="how long")
    parser.add_argument("--rate", type=float, default=30, help="requests a second")
    parser.add_argument("--stream", choices=STREAMS, default="iris", help="which flowers")
    parser.add_argument("--outliers", type=float, default=0, help="share of requests with an outlier, 0 to 1")
    parser.add_argument("--broken", type=float, default=0, help="share of requests with a value missing, 0 to 1")
    parser.add_argument("--seed", type=int, default=7)
    return parser.parse_args()


def show(done: int, total: int, failed: int, slowest: float) -> None:
    filled = round(WIDTH * done / total)
    bar = "█" * filled + "·" * (WIDTH - filled)
    print(f"\r[{bar}] {done}/{total} requests, {failed} failed, slowest {slowest * 1000:.0f} ms ", end="", flush=True)


def main() -> int:
    options = arguments()
    # scripts/set-up.sh has written down whose model this lesson asks.
    port = ModelPort("iris-model", Path(os.environ["LESSON_DIR"], ".state", "namespace").read_text().strip())
    random = np.random.default_rng(options.seed)
    total = max(1, round(options.seconds * options.rate))
    rows = STREAMS[options.stream](random, total)
    strange = random.random(total) < options.outliers
    rows[strange] = STREAMS["mistakes"](random, int(strange.sum()))
    broken = random.random(total) < options.broken
    failed = unexpected = 0
    slowest, shown, start = 0.0, 0.0, time.monotonic()
    with requests.Session() as session:
        for number, row in enumerate(rows.tolist()):
            time.sleep(max(0.0, start + number / options.rate - time.monotonic()))
            asked = time.monotonic()
            data = {"data": {"ndarray": [row[:3] if broken[number] else row]}}
            try:
                reply = session.post(port.url, json=data, timeout=10)
                ok = reply.status_code == 200 and bool(port.accept(reply.json()))
            except requests.ConnectionError:
                port.silent()
            except requests.RequestException:
                ok = False
            slowest = max(slowest, time.monotonic() - asked)
            failed += not ok
            unexpected += ok == broken[number]
            if time.monotonic() - shown > 0.2 or number + 1 == total:
                shown = time.monotonic()
                show(number + 1, total, failed, slowest)
    print()
    if unexpected:
        print(f"{unexpected} requests did not end as they should: is the port open? Run  scripts/port-forward.sh  again.")
    return 1 if unexpected else 0


if __name__ == "__main__":
    sys.exit(main())
