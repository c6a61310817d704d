"""Start a program on a pseudo-terminal of its own, as the leader of a new session."""

from __future__ import annotations

import contextlib
import fcntl
import functools
import os
import pty
import re
import shutil
import signal
import struct
import subprocess
import termios
from collections.abc import Mapping, Sequence
from pathlib import Path

from handrail.errors import HandrailError

OLDEST_BASH = (5, 1)
BASHRC = Path(__file__).with_name("bashrc")
# Typed into a shell that has lost its marks; it leaves $? as it is.
RESTORE_MARKS = b' . "$HANDRAIL_RC" again\r'


class ShellError(HandrailError):
    """A shell cannot be started; the text says why and what to do."""


def shell_command(path: str) -> list[str]:
    """The interactive bash of a lesson, found on `path`. Raises ShellError when it is missing or too old."""
    bash = shutil.which("bash", path=path)
    if bash is None:
        raise ShellError("The lesson's terminal needs bash, and none is on PATH: install bash 5.1 or newer.")
    version = bash_version(bash)
    if version < OLDEST_BASH:
        number = ".".join(map(str, version))
        raise ShellError(
            f"{bash} is bash {number}, and the lesson's terminal needs 5.1 or newer: install it "
            "(macOS: brew install bash) and put it first on PATH."
        )
    return [bash, "--noprofile", "--rcfile", str(BASHRC), "-i"]


@functools.cache
def bash_version(bash: str) -> tuple[int, ...]:
    """(major, minor) of this bash, as it says itself; (0,) when it says nothing."""
    answer = subprocess.run([bash, "--version"], capture_output=True, text=True, errors="replace")
    found = re.search(r"version (\d+)\.(\d+)", answer.stdout)
    return (int(found[1]), int(found[2])) if found else (0,)


def spawn(
    command: Sequence[str], *, env: Mapping[str, str], cwd: Path, columns: int, lines: int
) -> tuple[int, int, str]:
    """Run `command` on a new PTY. Returns (process id, file descriptor of the PTY's master end, non-blocking; path of
    its slave end).

    posix_spawn rather than fork: no Python code runs in the child, so threads of ours cannot hold a lock there.
    A session leader's first open of a terminal makes it the controlling one.
    """
    master, slave = pty.openpty()
    try:
        resize(master, columns, lines)
        slave_name = os.ttyname(slave)
        actions: list[tuple[int, ...] | tuple[int, int, str, int, int]] = [
            (os.POSIX_SPAWN_OPEN, 0, slave_name, os.O_RDWR, 0),
            (os.POSIX_SPAWN_DUP2, 0, 1),
            (os.POSIX_SPAWN_DUP2, 0, 2),
        ]
        actions += [(os.POSIX_SPAWN_CLOSE, fd) for fd in _inheritable()]
        pid = os.posix_spawn(
            "/bin/sh",
            ["sh", "-c", 'cd -- "$0" && exec "$@"', str(cwd), *command],
            dict(env),
            file_actions=actions,
            setsid=True,
            setsigmask=[],
            # Ignored signals stay ignored across exec: started by nohup or as `handrail … &`, no Ctrl-C would work.
            setsigdef=[signal.SIGINT, signal.SIGQUIT, signal.SIGPIPE, signal.SIGHUP, signal.SIGTERM],
        )
    except BaseException:
        os.close(master)
        raise
    finally:
        os.close(slave)
    os.set_blocking(master, False)
    return pid, master, slave_name


def resize(master: int, columns: int, lines: int) -> None:
    """Tell the terminal its size in characters; programs in it get SIGWINCH."""
    fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))


def foreground_group(master: int) -> int | None:
    """The process group that has the terminal now."""
    try:
        return os.tcgetpgrp(master)
    except OSError:
        return None


def reads_keys(master: int) -> bool:
    """Whether the program in the terminal has turned the line discipline off (readline, curses)."""
    try:
        return not termios.tcgetattr(master)[3] & termios.ICANON
    except termios.error:
        return False


def shows_keys(master: int) -> bool:
    """Whether the terminal shows what is typed: not while a password is asked for."""
    try:
        return bool(termios.tcgetattr(master)[3] & termios.ECHO)
    except termios.error:
        return True


def unread(path: str) -> int:
    """How many bytes typed into the terminal whose slave end is `path` no program has read yet."""
    try:
        slave = os.open(path, os.O_RDONLY | os.O_NOCTTY | os.O_NONBLOCK)
    except OSError:
        return 0
    try:
        (count,) = struct.unpack("i", fcntl.ioctl(slave, termios.FIONREAD, b"\0" * 4))
        return int(count)
    finally:
        os.close(slave)


def has_flow_control(master: int) -> bool:
    """Whether Ctrl-S stops the terminal's output rather than reach the program."""
    with contextlib.suppress(termios.error):
        return bool(termios.tcgetattr(master)[0] & termios.IXON)
    return False


def _inheritable() -> list[int]:
    """Descriptors above 2 that a child would get: not Python's own, but what our parent left open for us."""
    found = []
    for name in os.listdir("/dev/fd"):
        fd = int(name)
        try:
            if fd > 2 and os.get_inheritable(fd):
                found.append(fd)
        except OSError:
            continue  # the descriptor of the listing itself
    return found
