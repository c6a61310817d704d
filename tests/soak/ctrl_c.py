"""Press Ctrl-C right at a command's start, again and again, beside a program that burns the processor.

    python tests/soak/ctrl_c.py [--rounds N]

Each round runs a block that sleeps and, as soon as its shell has it, a block with `interrupt`. Prints how many were
lost (the prompt was not back within five seconds) and the slowest; exits with 1 when one was lost.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from handrail.runtime.workspace import Workspace
from handrail.scenario.reader import load
from handrail.session.session import Session

PAGE = "```\nsleep 600\n```{{exec}}\n\n```\ntrue\n```{{exec interrupt}}\n"
LOST_AFTER = 5.0  # seconds


async def one_round(session: Session) -> float:
    """Seconds until the second block has run."""
    sleeping = asyncio.create_task(session.run_block("step1-1"))
    while not session.terminal("T1").busy:
        await asyncio.sleep(0.001)
    began = time.monotonic()
    await session.run_block("step1-2")
    took = time.monotonic() - began
    await sleeping
    return took


async def run(folder: Path, rounds: int) -> list[float]:
    """How long each round took."""
    root = folder / "scenario"
    root.mkdir()
    root.joinpath("step1.md").write_text(PAGE)
    index = {"title": "Ctrl-C", "details": {"steps": [{"text": "step1.md"}]}}
    root.joinpath("index.json").write_text(json.dumps(index))
    workspace = Workspace.open(folder / "workspace")
    session = Session(load(root), workspace)
    try:
        await session.start()
        return [await one_round(session) for _ in range(rounds)]
    finally:
        await session.close(cleanup=False)
        workspace.close()


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=500)
    args = parser.parse_args()
    os.nice(19)
    burner = subprocess.Popen(["sh", "-c", "while :; do :; done"])
    try:
        with tempfile.TemporaryDirectory(prefix="handrail-soak-") as folder:
            took = asyncio.run(run(Path(folder), args.rounds))
    finally:
        burner.kill()
        burner.wait()
    lost = sum(each > LOST_AFTER for each in took)
    print(f"{len(took)} rounds, {lost} lost, slowest {max(took):.2f} s")
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
