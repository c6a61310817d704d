"""Generated scenarios by hand: `python -m tests.generated 1000 [first seed]`; exits with 1 when something fails."""

import sys
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from .expectations import faults
from .scenarios import make


def main(count: int, first: int) -> int:
    planted: Counter[str] = Counter()
    healthy = failed = 0
    for seed in range(first, first + count):
        with TemporaryDirectory() as folder:
            made = make(Path(folder), seed)
            planted.update(code for code, _, _ in made.findings)
            healthy += not made.findings
            for wrong in (found := faults(made, Path(folder) / "out")):
                print(f"seed {seed}: {wrong}")
            failed += bool(found)
    for code, times in sorted(planted.items()):
        print(f"{times:6} {code}")
    print(f"{count} scenarios, {healthy} of them healthy, {planted.total()} slips planted: {failed} scenarios failed.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0))
