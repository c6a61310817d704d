"""What `handrail test` costs on top of the same blocks in plain bash, start and end of handrail included.

    python tests/bench/runner.py [--rounds N] [--blocks N] [--limit RATIO]

Runs are interleaved. The second line is the processor's time that handrail takes for itself, as a share of the time
that the blocks take: what it would cost where nothing runs beside it for free. Exits with 1 when either is above
--limit.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

# Work that takes a fixed time: the same computation takes 5 to 10 % longer from one run to the next on a shared
# machine, which hides what is looked for. Some output, a pipe and a change of folder, as in lessons.
BLOCK = """sleep {seconds}
seq 2000
cd /tmp && ls / | sort -r | head -3 && cd - >/dev/null"""


class Seconds(NamedTuple):
    """What a command took."""

    elapsed: float
    processor: float


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--blocks", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=1.0, help="of work in each block")
    parser.add_argument("--limit", type=float, help="exit with 1 when a ratio is above this")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="handrail-bench-") as folder:
        root = Path(folder)
        block = BLOCK.format(seconds=args.seconds)
        root.joinpath("step1.md").write_text(f"```\n{block}\n```{{{{exec}}}}\n\n" * args.blocks)
        index = {"title": "Fixed work", "details": {"steps": [{"text": "step1.md"}]}}
        root.joinpath("index.json").write_text(json.dumps(index))
        root.joinpath("plain.sh").write_text(f"{block}\n" * args.blocks)
        plain = ["bash", str(root / "plain.sh")]
        handrail = [
            sys.executable, "-m", "handrail", "test", folder, "--host", "--workspace", str(root / "workspace"),
        ]  # fmt: skip
        rounds = [(timed(plain), timed(handrail)) for _ in range(args.rounds)]
    before = Seconds(*map(statistics.median, zip(*(first for first, _ in rounds), strict=True)))
    after = Seconds(*map(statistics.median, zip(*(second for _, second in rounds), strict=True)))
    elapsed = after.elapsed / before.elapsed
    processor = 1 + (after.processor - before.processor) / before.elapsed
    print(f"{args.blocks} blocks, medians of {args.rounds} interleaved rounds, start and end of handrail included")
    print(f"elapsed    {before.elapsed:7.3f} s plain  {after.elapsed:7.3f} s handrail  ratio {elapsed:.4f}")
    print(f"processor  {before.processor:7.3f} s plain  {after.processor:7.3f} s handrail  ratio {processor:.4f}")
    return 1 if args.limit is not None and max(elapsed, processor) > args.limit else 0


def timed(command: list[str]) -> Seconds:
    """Run it. The processor's time is its own and its children's, which a busy machine changes little."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    elapsed = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Seconds(elapsed, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


if __name__ == "__main__":
    sys.exit(main())
