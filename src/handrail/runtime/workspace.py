"""The folder that one run of a scenario lives in: the learner's home, logs, saved progress, a lock.

    home/           `~` in the lesson
    bin/            commands that lessons of the old platforms expect; first in PATH
    scripts/        copies of scripts in which placeholders had to be replaced
    background/     one file for each background script that runs now
    exchange/       where checks write their reasons
    logs/           output of terminals, background scripts and checks
    progress.json   page, passed checks, answers; written anew after each change
    terminals.json  the terminals that are open, by name, and the host of each
    leaders.json    the sessions of processes that this run began
    lock            held as long as a run uses the workspace

The lock belongs to the kernel, so a run that was killed holds none; what it left running is found by
`leaders.json` and ended when the next run opens the workspace.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from handrail.atomic_write import write_atomically
from handrail.errors import HandrailError
from handrail.problems import Problem
from handrail.runtime.folders import state_folder
from handrail.runtime.saved import load_object
from handrail.scenario.assets import to_lay_out
from handrail.scenario.reader import Scenario
from handrail.terminal import processes

SHIMS = Path(__file__).with_name("bin")
# How many runs of one scenario can stand side by side without --workspace.
_MOST_SIDE_BY_SIDE = 100


class WorkspaceError(HandrailError):
    """The workspace cannot be used; the text says why and what to do."""


class WorkspaceBusy(WorkspaceError):
    """Another run uses the workspace."""


class Workspace:
    """An opened, locked workspace. Make one with `open` or `open_default`, end it with `close`."""

    def __init__(self, path: Path, lock: IO[str]) -> None:
        self.path = path
        self.home = path / "home"
        self.logs = path / "logs"
        """Where this run writes its logs; `handrail test --log` names another folder."""
        self.bin = path / "bin"
        self.background = path / "background"
        self.exchange = path / "exchange"
        self.scripts = path / "scripts"
        self._lock = lock
        self._leaders: list[processes.Identity] = []

    @classmethod
    def open(cls, path: Path) -> Workspace:
        """Make or take over the workspace at `path`, end what a killed run left there.

        Raises WorkspaceBusy when another run has it, WorkspaceError when it cannot be written, or is some other folder.
        """
        path = path.absolute()
        if _holds_other_things(path):
            raise WorkspaceError(
                f"{path} holds files that are not of a workspace, and a run empties its workspace: name a new or empty "
                "folder with --workspace."
            )
        try:
            path.mkdir(parents=True, exist_ok=True)
            lock = path.joinpath("lock").open("a+", encoding="utf-8")
        except OSError as error:
            raise WorkspaceError(_unwritable(path, error)) from None
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            owner = lock.read().strip() or "another process"
            lock.close()
            raise WorkspaceBusy(
                f"The workspace {path} is in use by {owner}: end that run first, or name another folder "
                "with --workspace."
            ) from None
        try:
            lock.truncate(0)
            lock.write(f"process {os.getpid()}")
            lock.flush()
            workspace = cls(path, lock)
            workspace._end_leftovers()
            workspace._make_folders()
        except OSError as error:
            with contextlib.suppress(OSError):  # it tries once more to write what is left
                lock.close()
            raise WorkspaceError(_unwritable(path, error)) from None
        return workspace

    @classmethod
    def open_default(cls, scenario: Scenario, purpose: str = "") -> Workspace:
        """The scenario's own workspace in the user's state folder, or the next free one beside it."""
        path = default_path(scenario, purpose)
        for number in range(1, _MOST_SIDE_BY_SIDE):
            with contextlib.suppress(WorkspaceBusy):
                return cls.open(path if number == 1 else path.with_name(f"{path.name}-{number}"))
        raise WorkspaceBusy(f"All {_MOST_SIDE_BY_SIDE} workspaces beside {path} are in use.")

    def close(self) -> None:
        """Give the lock back; the folder stays."""
        self._lock.close()

    def wipe(self) -> None:
        """Begin afresh: no home, no progress, no logs."""
        for file in ("progress.json", "terminals.json"):
            self.path.joinpath(file).unlink(missing_ok=True)
        for folder in (self.home, self.path / "logs", self.background, self.scripts):
            _remove_tree(folder)
            if folder.exists():
                raise WorkspaceError(
                    f"{folder} cannot be emptied: remove what is in it (it may belong to another user)."
                )
        self._make_folders()

    def remove(self) -> None:
        """Delete the workspace and give the lock back."""
        _remove_tree(self.path)
        self.close()

    # What is in it

    def lay_out(self, scenario: Scenario, host: str | None = None) -> list[Problem]:
        """Copy the scenario's assets to their targets under ~. Returns what could not be laid out.

        `/root` was the learner's home on the platforms, so it means ~ here; other absolute targets are files of
        the machine, which a lesson that runs on it does not get to write.
        """
        listing = to_lay_out(scenario)
        problems = list(listing.problems)
        for file in listing.files:
            if host is not None and file.host != host:
                continue
            target = self.in_home(file.target)
            if target is None:
                where = scenario.index.name
                problems.append(
                    Problem.of("asset-outside-home", where, target=file.target, file=file.source.name)
                )
                continue
            try:
                _copy(file.source, target, file.mode)
            except OSError as error:
                raise WorkspaceError(f"{target} cannot be written: {error.strerror}.") from None
        return problems

    def in_home(self, target: str) -> Path | None:
        """Where a path of the lesson (`~/x`, `/root/x`, `x`) lies in this workspace; None for any other place."""
        if target.startswith(("~/", "/root/")):
            target = target.partition("/root/" if target.startswith("/root/") else "~/")[2]
        elif target in ("~", "/root"):
            target = ""
        elif target.startswith(("/", "~")):
            return None
        path = self.home / target.lstrip("/")
        # A lesson's own command may have put a link into its home; files are still written nowhere else.
        real, base = os.path.realpath(path), os.path.realpath(self.home)
        return Path(real) if real == base or real.startswith(base + os.sep) else None

    def script(self, name: str, text: str) -> Path:
        """Keep a script whose text had to be changed; returns its path."""
        path = self.scripts / name
        path.write_text(text, encoding="utf-8")
        return path

    def load_progress(self) -> dict[str, Any]:
        """What was saved last; empty when nothing was, or when it is no longer readable."""
        return load_object(self.path / "progress.json")

    def save_progress(self, progress: Mapping[str, Any]) -> None:
        """Save, so that a crash at any moment leaves the old or the new state. Raises WorkspaceError."""
        try:
            write_atomically(self.path / "progress.json", json.dumps(progress, indent=1, sort_keys=True))
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise WorkspaceError(
                f"Progress cannot be saved in {self.path}: {reason}. Mend that (free some space), then try again."
            ) from None

    def load_terminals(self) -> dict[str, str]:
        """Name and host of each terminal that was open when the last run ended, in the order of their opening."""
        return {name: str(host) for name, host in load_object(self.path / "terminals.json").items()}

    def save_terminals(self, hosts: Mapping[str, str]) -> None:
        """Keep which terminals are open. A full disk takes no note: a terminal is what its user makes room with."""
        with contextlib.suppress(OSError):
            write_atomically(self.path / "terminals.json", json.dumps(hosts))

    # Processes

    @property
    def setting(self) -> bytes:
        """What every program of the lesson has in its environment, as NAME=value."""
        return f"HANDRAIL_WORKSPACE={self.path}".encode()

    def add_leader(self, leader: processes.Identity) -> None:
        """Note that this run began a session of processes, for the next run should this one be killed.

        A full disk takes no note, yet processes go on: a terminal is what its user makes room with.
        """
        self._leaders = [each for each in self._leaders if processes.members(each)]
        self._leaders.append(leader)
        document = {"boot": processes.boot_id(), "leaders": [asdict(each) for each in self._leaders]}
        with contextlib.suppress(OSError):
            write_atomically(self.path / "leaders.json", json.dumps(document))

    def _end_leftovers(self) -> None:
        path = self.path / "leaders.json"
        try:
            document = json.loads(path.read_text(encoding="utf-8"))
            leaders = [processes.Identity(int(each["pid"]), str(each["started"])) for each in document["leaders"]]
        except (OSError, ValueError, KeyError, TypeError):
            return
        if document.get("boot") == processes.boot_id():
            mine = [each for each in leaders if processes.carries(each, self.setting)]
            processes.end_sessions(mine, grace=0.5)
        path.unlink(missing_ok=True)

    def _make_folders(self) -> None:
        for folder in (self.home, self.logs, self.bin, self.background, self.exchange, self.scripts):
            folder.mkdir(exist_ok=True)
        for left in self.background.iterdir():
            left.unlink()
        for shim in SHIMS.iterdir():
            _copy(shim, self.bin / shim.name, 0o755)


def default_path(scenario: Scenario, purpose: str = "") -> Path:
    """Where the scenario's workspace is when nobody says otherwise."""
    digest = hashlib.sha256(os.fsencode(os.path.realpath(scenario.root))).hexdigest()[:8]
    words = [scenario.name or "scenario", digest, *([purpose] if purpose else [])]
    return state_folder() / "-".join(words)


@contextlib.contextmanager
def opened(scenario: Scenario, path: Path | None, purpose: str = "") -> Iterator[Workspace]:
    """The workspace at `path`, or the scenario's own, for as long as the `with` block runs."""
    workspace = Workspace.open_default(scenario, purpose) if path is None else Workspace.open(path)
    try:
        yield workspace
    finally:
        workspace.close()


def _holds_other_things(path: Path) -> bool:
    """Whether it is a folder that somebody uses for something else."""
    return path.is_dir() and not (path / "lock").is_file() and any(path.iterdir())


def _copy(source: Path, target: Path, mode: int | None) -> None:
    """Copy a file's bytes and permissions; a file that is there is replaced, links are not followed."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.is_symlink() or target.exists():
        target.unlink()
    shutil.copyfile(source, target)
    os.chmod(target, mode if mode is not None else source.stat().st_mode & 0o777 | 0o600)


def _remove_tree(folder: Path) -> None:
    """Remove what can be removed, read-only folders (such as Go's module cache) included."""

    def open_up(function: Callable[..., Any], path: str, _error: object) -> None:
        with contextlib.suppress(OSError):
            os.chmod(os.path.dirname(path), 0o700)
            if os.path.isdir(path) and not os.path.islink(path):
                os.chmod(path, 0o700)
                shutil.rmtree(path, ignore_errors=True)
            else:
                os.unlink(path)

    shutil.rmtree(folder, onerror=open_up)


def _unwritable(path: Path, error: OSError) -> str:
    reason = (error.strerror or str(error)).lower()
    room = "free some space, or " if error.errno in (errno.ENOSPC, errno.EDQUOT) else ""
    return f"The workspace {path} cannot be written ({reason}): {room}name another folder with --workspace."
