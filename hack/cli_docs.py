"""Writes docs/cli.md from handrail's own argument parsers.

Usage: hack/cli_docs.py [--check]     (--check: writes nothing; status 1 when the page is not what would be written)
"""

import argparse
import importlib
import sys
from collections.abc import Iterator

from generated_page import main

from handrail.cli import COMMANDS

HEAD = """# handrail's commands

`make lint` compares this page with the program; `make docs` writes it. What scenarios may hold is in
[format.md](format.md).

`handrail --version` says the version. Every command exits with 0 when all is well, 1 when something is wrong with the
scenario, 2 when it was called wrongly or cannot begin, and 130 when it was interrupted.
"""


def page() -> str:
    """The whole page."""
    return "\n".join([HEAD, *(line for name, command in COMMANDS.items() for line in section(name, *command))])


def section(name: str, module: str, summary: str) -> Iterator[str]:
    """The lines about one command."""
    parser = argparse.ArgumentParser(add_help=False)
    importlib.import_module(module).add_arguments(parser)
    yield from (f"## handrail {name}", "", f"{summary[0].upper()}{summary[1:]}.", "")
    # argparse offers no public way to its arguments.
    shown = [action for action in parser._actions if action.help != argparse.SUPPRESS]
    if not shown:
        yield from ("It has no arguments.", "")
        return
    yield from ("| argument | what it does |", "|---|---|")
    for action in shown:
        meaning = (action.help or "") % {**vars(action), "prog": f"handrail {name}"}
        yield f"| {words(action)} | {meaning.replace('|', chr(92) + '|')} |"
    yield ""


def words(action: argparse.Action) -> str:
    """How an argument is written: `-f`, `--file FILE`, or `FILE…`."""
    if action.choices is not None:
        value = "{" + ",".join(map(str, action.choices)) + "}"
    else:
        metavar = action.metavar[0] if isinstance(action.metavar, tuple) else action.metavar
        value = metavar or action.dest.upper()
    if action.nargs in ("*", "+"):
        value += "…"
    if not action.option_strings:
        return f"`{value}`"
    return ", ".join(f"`{option}`" if action.nargs == 0 else f"`{option} {value}`" for option in action.option_strings)


if __name__ == "__main__":
    sys.exit(main("cli.md", page, __doc__ or ""))
