"""Measures a classroom on a kind cluster of this machine, and writes its section of docs/benchmarks.md.

    python -m tests.bench.classroom_kubernetes [--learners 20] [--wave 5]

Learners come in waves, each to a pod of their own, and do the first step. Exit status 1 when a session was lost.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
from pathlib import Path

from ..classroom_kubernetes.conftest import SCENARIO, Cluster, opened
from .classroom import in_waves, memory, of_learners
from .page import machine, write_section

CLUSTER = "handrail-classroom-bench"
ABOUT = """
Written by `make bench-classroom-kubernetes`: a classroom on a kind cluster of one node, as `make classroom` makes it.
Each learner signs in, waits for a pod, opens a terminal, types, has a check fail and then pass, and at the end finds
the same shell and the same progress.
"""


def on_kind(classroom: Cluster, names: list[str], wave: int) -> tuple[list[str], int]:
    """Lines of the table, and how many sessions were lost."""
    sessions, _ = in_waves(classroom, names, wave)
    lines, lost = of_learners(sessions, len(names), wave)
    # Whoever was started in vain, or anew, is lost, too.
    restarts = [
        status["restartCount"]
        for pod in classroom.pods("component=singleuser-server")
        for status in pod["status"]["containerStatuses"]
    ]
    servers = memory(Path("/course"))
    return [
        *lines,
        f"| pods at the end, and their restarts | {len(restarts)}, {sum(restarts)} |",
        f"| memory of a learner's handrail, median of {len(servers)} | {statistics.median(servers):.0f} MiB |",
    ], lost + abs(len(names) - len(restarts)) + sum(restarts)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--learners", type=int, default=20)
    parser.add_argument("--wave", type=int, default=5)
    args = parser.parse_args()
    names = [f"pupil-{number:03}" for number in range(1, args.learners + 1)]
    # Kubernetes is to reserve no more than two cores have.
    os.environ["CPU"] = "0.02"
    with opened(SCENARIO, CLUSTER, names) as classroom:
        where = machine()
        lines, lost = on_kind(classroom, names, args.wave)
    table = "\n".join(["| | |", "|---|--:|", *lines])
    print(table)
    write_section("The classroom on Kubernetes", f"{ABOUT.strip()}\n\nMachine: {where}.\n\n{table}")
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
