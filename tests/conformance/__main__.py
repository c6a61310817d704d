"""python -m tests.conformance FOLDER [--target processes|cluster]: hold the stand-in against recordings.

With --counts it also writes how much of each recording was compared, which test_recordings.py holds fixed:

    python -m tests.conformance tests/conformance/vectors --counts tests/conformance/counts.json
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from .case import BadRecording, read_all
from .processes import Workshop
from .result import Result, counts
from .runner import compare_case


def on_processes(folder: Path, only: str) -> Iterator[Result]:
    cases = [case for case in read_all(folder) if only in case.name]
    with Workshop(folder) as workshop:
        for case in cases:
            yield from compare_case(case, workshop)


def main() -> int:
    """Exit status: 0 if nothing differs, 1 if something does, 2 if the recordings cannot be read."""
    parser = argparse.ArgumentParser(
        prog="tests.conformance", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--target", choices=("processes", "cluster"), default="processes")
    parser.add_argument("--only", default="", help="part of a file's name")
    parser.add_argument("--counts", type=Path, help="write the number of comparisons of each recording to this file")
    options = parser.parse_args()
    made: list[Result] = []
    try:
        if options.target == "cluster":
            results = importlib.import_module("tests.conformance.cluster").on_cluster(options.folder, options.only)
        else:
            results = on_processes(options.folder, options.only)
        for result in results:
            made.append(result)
            detail = f": {result.detail}" if result.detail else ""
            print(f"{result.outcome:8}{result.case} {result.key} {result.item}{detail}", flush=True)
    except BadRecording as error:
        print(error, file=sys.stderr)
        return 2
    outcomes = Counter(result.outcome for result in made)
    if options.counts is not None:
        names = sorted({result.case for result in made})
        pinned = {name: counts(result for result in made if result.case == name) for name in names}
        options.counts.write_text(json.dumps(pinned, indent=1) + "\n")
    print(f"{outcomes['agreed']} agreed, {outcomes['differs']} differ, {outcomes['skipped']} skipped")
    return 1 if outcomes["differs"] else 0


if __name__ == "__main__":
    sys.exit(main())
