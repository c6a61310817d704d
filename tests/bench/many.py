"""How long `handrail test` takes for many trivial scenarios, and what memory it holds the while.

    python tests/bench/many.py [--scenarios N] [--limit SECONDS]

Each has one command and one check. The processor's time says what the machine was busy with, whatever else ran. Memory
is handrail's own process at its largest, of a fifth of the scenarios and of all: it is to stay the same. Exits with 1
when all of them take longer than --limit.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple


class Cost(NamedTuple):
    """Seconds by the clock, seconds of the processor (with all children), MiB at the largest."""

    elapsed: float
    processor: float
    memory: float


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scenarios", type=int, default=100)
    parser.add_argument("--limit", type=float, help="exit with 1 when all take longer than so many seconds")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="handrail-many-") as folder:
        few, all_of_them = (measured(Path(folder), count) for count in (args.scenarios // 5, args.scenarios))
    for count, cost in ((args.scenarios // 5, few), (args.scenarios, all_of_them)):
        print(f"{count:4} scenarios  {cost.elapsed:6.1f} s  processor {cost.processor:6.1f} s  {cost.memory:6.1f} MiB")
    return 1 if args.limit is not None and all_of_them.elapsed > args.limit else 0


def measured(folder: Path, count: int) -> Cost:
    """Test so many scenarios, side by side as handrail chooses."""
    root = folder / str(count)
    for number in range(count):
        scenario = root / f"s{number}"
        scenario.mkdir(parents=True)
        (scenario / "step.md").write_text("```\ntouch done\n```{{exec}}\n")
        (scenario / "check.sh").write_text("test -e ~/done\n")
        step = {"text": "step.md", "verify": "check.sh"}
        index = {"title": f"S{number}", "details": {"steps": [step]}, "backend": {"imageid": "ubuntu"}}
        (scenario / "index.json").write_text(json.dumps(index))
    command = [sys.executable, "-m", "handrail", "test", "--host", str(root)]
    began = time.monotonic()
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env={**os.environ, "XDG_STATE_HOME": str(folder / "state")},
    )  # fmt: skip
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        raise SystemExit(f"{' '.join(command)} ended with {os.waitstatus_to_exitcode(status)}")
    return Cost(time.monotonic() - began, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


if __name__ == "__main__":
    sys.exit(main())
