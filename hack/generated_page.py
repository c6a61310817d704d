"""A page of docs/ that is written from what the program says, and compared with it by `make lint`."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

DOCS = Path(__file__).resolve().parents[1] / "docs"


def main(name: str, page: Callable[[], str], description: str) -> int:
    """Write docs/NAME; with --check on the command line compare it. The exit status: 1 when it is out of date."""
    parser = argparse.ArgumentParser(description=description.split("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing; status 1 when the page is out of date")
    written = DOCS / name
    if parser.parse_args().check:
        if written.exists() and written.read_text(encoding="utf-8") == page():
            return 0
        print(f"docs/{name} is not what the program says: run  make docs", file=sys.stderr)
        return 1
    written.write_text(page(), encoding="utf-8")
    return 0
