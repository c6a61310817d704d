"""What `handrail test` costs on top of the same blocks in plain bash, start and end of handrail included.

    python tests/bench/runner.py [--rounds N] [--blocks N] [--limit RATIO]

Each round runs plain bash, handrail and plain bash again, and compares handrail with the mean of its two neighbours, so that
a machine which slowly gets quicker or slower does not count. The neighbours beside each other tell the noise: a difference
below it means nothing. Exits with 1 when the median ratio exceeds --limit.
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

# Counted work rather than sleep, so that both sides compete for the processor in the same way; in a process of its own,
# because the same loop inside bash takes up to half as long again from one bash to the next. Some output, a pipe and a
# change of folder, as in lessons.
BLOCK = """awk 'BEGIN {{ for (i = 0; i < {turns}; i++) total += i % 7; print total }}'
seq 2000
cd /tmp && ls / | sort -r | head -3 && cd - >/dev/null"""


class Seconds(NamedTuple):
    """What a command took."""

    elapsed: float
    processor: float


class Round(NamedTuple):
    """Plain bash, handrail, plain bash again."""

    before: Seconds
    handrail: Seconds
    after: Seconds


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--blocks", type=int, default=20)
    parser.add_argument("--turns", type=int, default=10_000_000, help="of the loop in each block")
    parser.add_argument("--limit", type=float, help="exit with 1 when the ratio is above this")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="handrail-bench-") as folder:
        root = Path(folder)
        block = BLOCK.format(turns=args.turns)
        root.joinpath("step1.md").write_text(f"```\n{block}\n```{{{{exec}}}}\n\n" * args.blocks)
        index = {"title": "Fixed work", "details": {"steps": [{"text": "step1.md"}]}}
        root.joinpath("index.json").write_text(json.dumps(index))
        root.joinpath("plain.sh").write_text(f"{block}\n" * args.blocks)
        plain = ["bash", str(root / "plain.sh")]
        handrail = [
            sys.executable, "-m", "handrail", "test", folder, "--host", "--workspace", str(root / "workspace"),
        ]  # fmt: skip
        rounds = [Round(timed(plain), timed(handrail), timed(plain)) for _ in range(args.rounds)]
    print(f"{args.blocks} blocks, medians of {args.rounds} rounds: plain bash, handrail, plain bash")
    ratio = 0.0
    for number, name in reversed(list(enumerate(Seconds._fields))):
        before, tested, after = ([side[number] for side in sides] for sides in zip(*rounds, strict=True))
        ratios = [b / statistics.fmean((a, c)) for a, b, c in zip(before, tested, after, strict=True)]
        noise = statistics.median(abs(c / a - 1) for a, c in zip(before, after, strict=True))
        ratio = statistics.median(ratios)
        print(
            f"{name:<10} {statistics.median(before + after):6.2f} s plain {statistics.median(tested):6.2f} s handrail,"
            f" ratio {ratio:.3f} ({min(ratios):.3f} to {max(ratios):.3f}); plain beside plain differs by {noise:.1%}"
        )
    return 1 if args.limit is not None and ratio > args.limit else 0


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
