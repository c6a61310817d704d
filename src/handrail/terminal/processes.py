"""Which processes belong to a terminal's session, and how to end them all.

A process id alone can be taken over by somebody else's process; a pid with its start time cannot.
"""

from __future__ import annotations

import contextlib
import os
import platform
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")
# The number of read() by machine, as /proc/PID/syscall shows it.
_READ = {"x86_64": 0, "aarch64": 63}


@dataclass(frozen=True)
class Identity:
    """A process: its id, and when it started (an opaque text that two processes with one id do not share)."""

    pid: int
    started: str


def start_time(pid: int) -> str | None:
    """When `pid` started, or None when there is no such process (or only its zombie is left)."""
    if _PROC.joinpath("self", "stat").exists():
        try:
            fields = _PROC.joinpath(str(pid), "stat").read_bytes().rpartition(b")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            return None
        return None if fields[0] == b"Z" else fields[19].decode()
    listing = subprocess.run(["ps", "-o", "stat=,lstart=", "-p", str(pid)], capture_output=True, text=True)
    state, _, started = listing.stdout.strip().partition(" ")
    return None if not state or state.startswith("Z") else started.strip()


def identify(pid: int) -> Identity:
    """A child that was just started. It may have ended since: its session can live on, and is found all the same."""
    return Identity(pid, start_time(pid) or "")


def alive(identity: Identity) -> bool:
    """Whether this very process still runs."""
    return start_time(identity.pid) == identity.started


def boot_id() -> str:
    """Differs after each start of the machine, when start times begin anew; empty where the system has none."""
    try:
        return _PROC.joinpath("sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""


def carries(leader: Identity, setting: bytes) -> bool:
    """Whether the session is still `leader`'s: it lives, or a process in it began with `setting` (NAME=value)."""
    if alive(leader):
        return True
    return any(_began_with(pid, setting) for pid in members(leader))


def members(leader: Identity) -> list[int]:
    """Ids of the living processes in the session that `leader` began, the leader last.

    The kernel gives a session's number to nobody else while the session has members, so a leader that is gone
    and whose number now belongs to another process means that the session is empty.
    """
    now = start_time(leader.pid)
    if now is not None and now != leader.started:
        return []
    found = []
    for pid in _pids():
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if os.getsid(pid) == leader.pid and pid != leader.pid and start_time(pid) is not None:
                found.append(pid)
    if now is not None:
        found.append(leader.pid)
    return found


def roots(group: int) -> frozenset[tuple[int, str]]:
    """(id, command line) of the living processes of a group that no other process of the group has started.

    These are the programs of one job of a shell; what they start themselves is their own matter. A process has
    another command line after exec than between its fork and its exec.
    """
    listing = list(_parents(group))
    pids = {pid for pid, _ in listing}
    return frozenset((pid, command_line(pid)) for pid, parent in listing if parent not in pids)


def command_line(pid: int) -> str:
    """The words with which `pid` was started; empty when it is gone."""
    if _PROC.joinpath("self", "stat").exists():
        try:
            return _PROC.joinpath(str(pid), "cmdline").read_bytes().decode(errors="replace")
        except OSError:
            return ""
    return subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True).stdout.strip()


def begun_with(setting: bytes) -> Iterator[int]:
    """Ids of the processes that began with `setting` (NAME=value) in their environment, as far as it can be read."""
    return (pid for pid in _pids() if _began_with(pid, setting))


def _began_with(pid: int, setting: bytes) -> bool:
    try:
        return setting in _PROC.joinpath(str(pid), "environ").read_bytes().split(b"\0")
    except OSError:
        return False


def multiplexers(setting: bytes) -> list[Identity]:
    """The servers of tmux and screen that began with `setting` (NAME=value) in their environment, and the shells in
    them: each in a session of its own, so that no terminal's end is theirs."""
    servers = []
    for pid in begun_with(setting):
        if os.path.basename(command_line(pid).partition("\0")[0]).lower() in ("tmux", "screen"):
            with contextlib.suppress(OSError):
                if os.getsid(pid) == pid:
                    servers.append(pid)
    inside = [pid for pid in _pids() if _parent(pid) in servers] if servers else []
    return [identify(pid) for pid in (*servers, *inside)]


def _parent(pid: int) -> int | None:
    with contextlib.suppress(OSError):
        return int(_PROC.joinpath(str(pid), "stat").read_bytes().rpartition(b")")[2].split()[1])
    return None


def reads_terminal(group: int) -> bool:
    """Whether a process of the group waits in read() for what is typed. False where the system does not tell."""
    for pid, _ in _parents(group):
        folder = _PROC.joinpath(str(pid))
        with contextlib.suppress(OSError, ValueError, IndexError):
            call, descriptor = folder.joinpath("syscall").read_text().split()[:2]
            if int(call) == _READ.get(platform.machine()):
                file = os.readlink(folder / "fd" / str(int(descriptor, 16)))
                if file.startswith(("/dev/pts/", "/dev/tty")):
                    return True
    return False


def end_sessions(leaders: list[Identity], grace: float) -> None:
    """End every process of these sessions, as `end` does."""
    _end(lambda: [pid for leader in leaders for pid in members(leader)], grace)


def end(these: list[Identity], grace: float) -> None:
    """End these processes: SIGHUP and SIGTERM, then SIGKILL after `grace` seconds.

    Blocks until they are gone, or for `grace` and two seconds when the kernel holds one of them.
    """
    _end(lambda: [each.pid for each in these if alive(each)], grace)


def _end(left: Callable[[], list[int]], grace: float) -> None:
    for pid in left():
        for signum in (signal.SIGHUP, signal.SIGTERM, signal.SIGCONT):
            _send(pid, signum)
    deadline = time.monotonic() + grace
    pause = 0.002
    while pids := left():
        if time.monotonic() >= deadline + 2:
            return
        if time.monotonic() >= deadline:
            for pid in pids:
                _send(pid, signal.SIGKILL)
        time.sleep(pause)
        pause = min(pause * 2, 0.05)


def end_group(group: int, signum: signal.Signals) -> None:
    """Send a signal to a process group that may be gone already."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signum)


def _send(pid: int, signum: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(pid, signum)


def _parents(group: int) -> Iterator[tuple[int, int]]:
    """(id, parent's id) of each living process of the group."""
    if not _PROC.joinpath("self", "stat").exists():
        command = ["ps", "-A", "-o", "pid=,ppid=,pgid=,stat="]
        for line in subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines():
            its_id, parent, its_group, state = line.split()
            if int(its_group) == group and not state.startswith("Z"):
                yield int(its_id), int(parent)
        return
    for pid in _pids():
        with contextlib.suppress(OSError):
            fields = _PROC.joinpath(str(pid), "stat").read_bytes().rpartition(b")")[2].split()
            if int(fields[2]) == group and fields[0] != b"Z":
                yield pid, int(fields[1])


def _pids() -> list[int]:
    if _PROC.joinpath("self", "stat").exists():
        return [int(name) for name in os.listdir(_PROC) if name.isdigit()]
    listing = subprocess.run(["ps", "-A", "-o", "pid="], capture_output=True, text=True, check=True)
    return [int(word) for word in listing.stdout.split()]
