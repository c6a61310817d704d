"""`handrail doctor`: whether this machine has what lessons need, a line each, with the remedy."""

from __future__ import annotations

import argparse
import locale
import os
import platform
import shutil
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

from handrail.errors import HandrailError
from handrail.runtime import doctor_scenario
from handrail.runtime.engine import installed_engines
from handrail.runtime.finding import Finding
from handrail.runtime.folders import state_folder
from handrail.terminal.pty_process import OLDEST_BASH, bash_version

_OLDEST_PYTHON = (3, 11)
_DISK_GB, _MEMORY_GB = 2.0, 1.0
_FIRST_PORT = 4270


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `handrail doctor`."""
    parser.add_argument(
        "scenario", nargs="?", type=Path, metavar="SCENARIO",
        help="also say what this machine can run of the scenario in this folder, and why not the rest",
    )  # fmt: skip


def run(args: argparse.Namespace) -> int:
    """0 when nothing that handrail needs is missing, else 1; 2 when there is no such scenario."""
    try:
        findings = [*examine(), *([] if args.scenario is None else doctor_scenario.examine(args.scenario))]
    except HandrailError as error:
        print(f"handrail: {error}", file=sys.stderr)
        return 2
    for finding in findings:
        mark = {True: "ok", False: "MISSING", None: "note"}[finding.well]
        remedy = f" — {finding.remedy}" if finding.remedy and finding.well is not True else ""
        print(f"{mark:<8}{finding.subject:<10}{finding.found}{remedy}")
    return 0 if all(finding.well is not False for finding in findings) else 1


def examine() -> Iterator[Finding]:
    """Look at the machine."""
    yield _python()
    yield _bash()
    yield _engine()
    yield _disk()
    yield _memory()
    yield _port()
    yield _locale()


def _python() -> Finding:
    well = sys.version_info >= _OLDEST_PYTHON
    return Finding("Python", well, platform.python_version(), "install Python 3.11 or newer")


def _bash() -> Finding:
    remedy = "install bash 5.1 or newer (macOS: brew install bash) and put it first on PATH"
    bash = shutil.which("bash")
    if bash is None:
        return Finding("bash", False, "none on PATH", remedy)
    version = bash_version(bash)
    return Finding("bash", version >= OLDEST_BASH, f"{'.'.join(map(str, version))} ({bash})", remedy)


def _engine() -> Finding:
    found = []
    for name, _, answers in installed_engines():
        if answers:
            return Finding("container", True, f"{name} answers")
        found.append(f"{name} is installed but does not answer")
    remedy = "install Docker or Podman, or start it; lessons that need no containers run without, by --host"
    return Finding("container", None, "; ".join(found) or "neither docker nor podman", remedy)


def _disk() -> Finding:
    folder = state_folder()
    while not folder.exists():
        folder = folder.parent
    if not os.access(folder, os.W_OK):
        return Finding("disk", False, f"{folder} cannot be written", "set XDG_STATE_HOME to a folder of yours")
    free = shutil.disk_usage(folder).free / 1e9
    return Finding("disk", free >= _DISK_GB, f"{free:.0f} GB free in {folder}", f"free {_DISK_GB:.0f} GB there")


def _memory() -> Finding:
    try:
        fields = dict(line.split(":", 1) for line in Path("/proc/meminfo").read_text().splitlines())
        free = int(fields["MemAvailable"].split()[0]) / 1e6
    except (OSError, KeyError, ValueError):
        return Finding("memory", None, "not known on this system")
    remedy = f"end programs until {_MEMORY_GB:.0f} GB are available"
    return Finding("memory", free >= _MEMORY_GB, f"{free:.1f} GB available", remedy)


def _port() -> Finding:
    with socket.socket() as listener:
        try:
            listener.bind(("127.0.0.1", _FIRST_PORT))
        except OSError:
            return Finding("port", None, f"{_FIRST_PORT} is taken", "the player takes the next free one")
    return Finding("port", True, f"{_FIRST_PORT} is free")


def _locale() -> Finding:
    name = next((os.environ[key] for key in ("LC_ALL", "LC_CTYPE", "LANG") if os.environ.get(key)), "")
    if not name:
        return Finding("locale", True, "none set; lessons get C.UTF-8")
    encoding = locale.getpreferredencoding(False)
    return Finding("locale", encoding.upper().replace("-", "") == "UTF8" or None, name, "export LANG=C.UTF-8")
