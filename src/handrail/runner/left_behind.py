"""What a scenario leaves running on this machine after its clean-up: daemons that have left every terminal."""

from __future__ import annotations

import os
import shlex

from handrail.terminal import processes

_GRACE = 0.5


def end(setting: bytes) -> list[str]:
    """End the processes that still have `setting` (NAME=value) in their environment. Returns their command lines."""
    left = [processes.identify(pid) for pid in processes.begun_with(setting) if pid != os.getpid()]
    found = [shlex.join(processes.command_line(each.pid).rstrip("\0").split("\0")) for each in left]
    processes.end(left, _GRACE)
    return found
