"""The image's entry point: which part runs follows from the arguments.

The originals are three images without a common command, and their arguments must stay as they are: the executor's are
options only, the storage initializer's are a source and a destination.
"""

from __future__ import annotations

import runpy
import sys

PARTS = ("operator", "orchestrator", "storage")
USAGE = "usage: python -m seldon_standin operator | orchestrator OPTIONS | storage SOURCE DESTINATION"


def part(arguments: list[str]) -> tuple[str, list[str]] | None:
    """The part to run and its own arguments, or None when the arguments name none."""
    if not arguments:
        return None
    if arguments[0] in PARTS:
        return arguments[0], arguments[1:]
    if arguments[0].startswith("--"):
        return "orchestrator", arguments
    return ("storage", arguments) if len(arguments) == 2 else None


if __name__ == "__main__":
    chosen = part(sys.argv[1:])
    if chosen is None:
        sys.exit(USAGE)
    sys.argv[1:] = chosen[1]
    runpy.run_module(f"seldon_standin.{chosen[0]}", run_name="__main__", alter_sys=True)
