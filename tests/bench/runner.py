"""What `handrail test` costs on top of the same blocks in plain bash: fixed work, runs interleaved, best of each.

    python tests/bench/runner.py [--rounds N] [--blocks N] [--limit RATIO]

Prints the ratio, start and end of handrail included, and the cost of a block. Exits 1 when --limit is exceeded.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

# Counted work rather than sleep, so that both sides compete for the processor in the same way; some output,
# a pipe and a change of folder, as in lessons.
BLOCK = """for ((i = 0; i < {turns}; i++)); do ((total += i % 7)); done
seq 2000
cd /tmp && ls / | sort -r | head -3 && cd - >/dev/null"""


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--blocks", type=int, default=20)
    parser.add_argument("--turns", type=int, default=200_000, help="of the loop in each block")
    parser.add_argument("--limit", type=float, help="exit with 1 when the ratio is above this")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="handrail-bench-") as folder:
        root = Path(folder)
        block = BLOCK.format(turns=args.turns)
        root.joinpath("step1.md").write_text(f"```\n{block}\n```{{{{exec}}}}\n\n" * args.blocks)
        index = {"title": "Fixed work", "details": {"steps": [{"text": "step1.md"}]}}
        root.joinpath("index.json").write_text(json.dumps(index))
        root.joinpath("plain.sh").write_text(f"{block}\n" * args.blocks)
        plain_command = ["bash", str(root / "plain.sh")]
        handrail_command = [
            sys.executable, "-m", "handrail", "test", folder, "--host", "--workspace", str(root / "workspace"),
        ]  # fmt: skip
        pairs = [(timed(plain_command), timed(handrail_command)) for _ in range(args.rounds)]
    print(f"{args.blocks} blocks, best of {args.rounds} interleaved rounds")
    print("                elapsed  processor")
    plain, handrail = ([min(times) for times in zip(*side, strict=True)] for side in zip(*pairs, strict=True))
    for name, times in (("plain bash", plain), ("handrail test", handrail)):
        print(f"{name:<15} {times[0]:7.3f} s  {times[1]:7.3f} s")
    ratio = handrail[0] / plain[0]
    print(f"{'ratio':<15} {ratio:7.3f}    {handrail[1] / plain[1]:7.3f}")
    print(f"{'each block':<15} {(handrail[0] - plain[0]) / args.blocks * 1000:7.1f} ms more")
    return 1 if args.limit is not None and ratio > args.limit else 0


def timed(command: list[str]) -> tuple[float, float]:
    """Seconds that the command takes: elapsed, and of the processor's time (which a busy machine changes little)."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    elapsed = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return elapsed, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    sys.exit(main())
