"""The command line. Each command is a module with `add_arguments(parser)` and `run(args) -> exit status`.

Only the module of the command that is asked for is imported: `handrail --version` must not wait for a web server.
"""

from __future__ import annotations

import argparse
import errno
import importlib
import os
import sys
from collections.abc import Sequence
from typing import TextIO

from handrail import __version__

# Command: (module, help).
COMMANDS = {
    "play": ("handrail.server.main", "open a scenario in the browser, with a real terminal"),
    "hub-server": ("handrail.server.hub.main", "serve one learner of a JupyterHub, which starts it"),
    "hub-board": ("handrail.server.hub.board.main", "the instructor's board, a service that JupyterHub starts"),
    "test": ("handrail.runner.cli", "do what the pages say in a real terminal, and check every step"),
    "lint": ("handrail.lint.cli", "say what is wrong with scenarios and how to mend it"),
    "export": ("handrail.export.cli", "write a scenario for another platform"),
    "new": ("handrail.scenario.new", "begin a scenario of your own"),
    "doctor": ("handrail.runtime.doctor", "say whether this machine has what lessons need"),
}
_INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status: 0 well, 1 not, 2 wrong usage or set-up, 130 interrupted."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    parser = argparse.ArgumentParser(
        prog="handrail", description="Plays, tests and lints Katacoda and Killercoda scenarios on your own machine."
    )
    parser.add_argument("--version", action="version", version=f"handrail {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    wanted = next((word for word in words if not word.startswith("-")), None)
    modules = {}
    for name, (module_name, summary) in COMMANDS.items():
        command = commands.add_parser(name, help=summary, description=f"{summary[0].upper()}{summary[1:]}.")
        if name == wanted:
            modules[name] = importlib.import_module(module_name)
            modules[name].add_arguments(command)
    args, unknown = parser.parse_known_args(words)
    if unknown:
        # Said with the usage of the command, not of handrail as a whole.
        commands.choices[args.command].error(f"unrecognized arguments: {' '.join(unknown)}")
    status = 1
    try:
        status = modules[args.command].run(args)
    except KeyboardInterrupt:
        status = _INTERRUPTED
    except BrokenPipeError:
        pass
    for stream in (sys.stdout, sys.stderr):
        _flush(stream)
    return status


def _flush(stream: TextIO) -> None:
    try:
        stream.flush()
    except OSError as error:
        # `handrail lint | head`, a closed terminal: nobody reads the rest, nor what the interpreter flushes at its end,
        # which would put 120 in the place of the exit status.
        if error.errno not in (errno.EPIPE, errno.EIO):
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


if __name__ == "__main__":
    sys.exit(main())
