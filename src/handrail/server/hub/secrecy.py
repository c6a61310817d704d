"""Keeps the Hub's token from the learner's shells, which run as the same user as this server.

The environment that a process was started with stays readable for its user in /proc, whatever the process does to its
own copy. So the server replaces itself by the same program with an environment that never held the token, and hands
the settings over by a pipe. It then is not dumpable: nobody but root may read its memory or its open files. A process
above it, such as a shell or an init that waits for it, may hold the token still; then it does not start. Where the
learner's shells are root themselves, with all that root may, nothing is kept from them; then it says so in its log.
"""

import ctypes
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NoReturn

from handrail.server.errors import Unusable
from handrail.server.hub.settings import PREFIXES, Settings, from_environment, from_json

HANDED_OVER = "HANDRAIL_HUB_SETTINGS"
_PR_SET_DUMPABLE = 4  # <linux/prctl.h>
_CAP_SYS_PTRACE = 19  # <linux/capability.h>
NOT_KEPT = (
    "handrail: this server runs as root, with the right to read every process: its learner can read the Hub's token of "
    "this server. Start it as another user where they are not to."
)


def settings() -> Settings:
    """The settings, in a process that can keep them. Raises Unusable."""
    if HANDED_OVER not in os.environ:
        start_again(from_environment(os.environ))
    with os.fdopen(int(os.environ.pop(HANDED_OVER)), encoding="utf-8") as pipe:
        told = from_json(pipe.read())
    if sys.platform == "linux" and ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0) != 0:
        raise Unusable("Linux does not let this process keep its memory to itself. Ask your administrator why.")
    for pid, name in holders(told.token):
        raise Unusable(
            f"The Hub's token can be read from process {pid} ({name}), which started this one. Start handrail without "
            "it: as the container's first process, or with “exec” in front of the command in a script."
        )
    if sys.platform == "linux" and may_read_all(Path("/proc/self/status").read_text()):
        print(NOT_KEPT, file=sys.stderr, flush=True)
    return told


def may_read_all(status: str) -> bool:
    """Whether a process may read the memory of all others, by its /proc/<pid>/status: proc(5), "CapEff"."""
    effective = next((line.split()[1] for line in status.splitlines() if line.startswith("CapEff:")), "0")
    return bool(int(effective, 16) >> _CAP_SYS_PTRACE & 1)


def start_again(told: Settings) -> NoReturn:
    """Replaces this process; the settings wait in a pipe, which holds them all (64 KiB)."""
    reading, writing = os.pipe()
    os.write(writing, told.as_json().encode())
    os.close(writing)
    os.set_inheritable(reading, True)
    sys.stdout.flush()
    sys.stderr.flush()
    os.execve(sys.executable, sys.orig_argv, {**cleaned(os.environ), HANDED_OVER: str(reading)})


def cleaned(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment without what the Hub said."""
    return {name: value for name, value in environment.items() if not name.startswith(PREFIXES)}


def holders(token: str) -> Iterator[tuple[int, str]]:
    """The processes above this one that its user can read the token from: number and name of each."""
    pid = os.getppid()
    while pid > 0:
        folder = Path("/proc", str(pid))
        try:
            stat = (folder / "stat").read_text()
            name = stat[stat.index("(") + 1 : stat.rindex(")")]
            above = int(stat[stat.rindex(")") + 1 :].split()[1])
        except (OSError, ValueError):
            return
        try:
            if token.encode() in (folder / "environ").read_bytes():
                yield pid, name
        except OSError:
            pass  # of another user
        pid = above
