"""Which files a scenario puts where: `details.assets` and `handrail.carry` as a list of (source, target, mode).

A pure listing; the workspace does the copying. Globs are matched here rather than by `glob`: `*` never crosses `/`,
matches files only and no names that begin with a dot; `**` goes into every folder below but `__pycache__`. Nothing
outside the scenario's repository is listed: links out of it, `..`, devices and links in circles become problems.
"""

import fnmatch
import os
import re
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from handrail.problems import Problem
from handrail.scenario.reader import Asset, Scenario
from handrail.scenario.safe_paths import UnsafePath, inside, resolve

BIGGEST = 100 * 1024 * 1024
"""Bytes above which an asset is refused: copied into every workspace, it would fill the disk."""
_MOST_FILES = 20_000
_GLOB = re.compile(r"[*?\[]")


@dataclass(frozen=True)
class AssetFile:
    """One file to lay out. `target` is its full path on `host`, `~/` for the learner's home folder."""

    host: str
    source: Path
    target: str
    mode: int | None
    """Permission bits to set; None to leave them as they are copied."""
    carried: bool = False
    """Named by `handrail.carry`: laid out on platforms that do not have the scenario's folder."""
    relative: str = ""
    """The file's path under assets/, or under the scenario when carried."""

    @property
    def path(self) -> str:
        """The file's path under the scenario; `source` is elsewhere in the repository when it is a link."""
        return self.relative if self.carried else f"assets/{self.relative}"


@dataclass(frozen=True)
class Listing:
    """The files of a scenario's assets, and what is wrong with their entries."""

    files: tuple[AssetFile, ...]
    problems: tuple[Problem, ...]


def to_lay_out(scenario: Scenario) -> Listing:
    """The assets without what `handrail.carry` names: here the scenario's own folder is `SCENARIO_DIR`."""
    listing = list_assets(scenario)
    return Listing(tuple(file for file in listing.files if not file.carried), listing.problems)


def list_assets(scenario: Scenario, locate: Callable[[Sequence[str | int]], tuple[int, int]] | None = None) -> Listing:
    """Every asset with its host, and the problems of the entries; `locate` finds their places in the index."""
    files: list[AssetFile] = []
    problems: list[Problem] = []
    for asset in scenario.assets:
        folder = "." if asset.carried else "assets"
        try:
            matched = list(match(scenario.root, folder, asset.file))
            if not matched and not asset.carried and asset.file.startswith("assets/"):
                # Written from the scenario's folder, as people write a path.
                matched = list(match(scenario.root, folder, asset.file.removeprefix("assets/")))
            if not matched:
                searched = "the scenario" if asset.carried else "assets/"
                raise UnsafePath("asset-no-match", file=asset.file, folder=searched)
            for relative in matched:
                files.append(_asset_file(scenario.root, folder, asset, relative))
        except UnsafePath as refusal:
            place = locate((*asset.keys, "file")) if locate else (1, 1)
            problems.append(refusal.problem(scenario.index.name, *place))
    return Listing(tuple(files), tuple(problems))


def is_glob(pattern: str) -> bool:
    """Does the pattern hold a wildcard? Then the path under assets/ is kept at the target."""
    return _GLOB.search(pattern) is not None


def _asset_file(root: Path, folder: str, asset: Asset, relative: str) -> AssetFile:
    source = resolve(root, os.path.normpath(os.path.join(folder, relative)))
    status = os.stat(source)
    if status.st_size > BIGGEST:
        raise UnsafePath(
            "asset-too-big",
            "refused",
            file=relative,
            size=f"{status.st_size // 1_000_000:,}",
            most=BIGGEST // 1_000_000,
        )
    name = relative if is_glob(asset.file) else os.path.basename(relative)
    target = asset.target.rstrip("/") + "/" + name
    if ".." in target.split("/"):
        raise UnsafePath("path-escape", "target", target=asset.target)
    return AssetFile(asset.host, source, target, mode(asset.chmod, status.st_mode), asset.carried, relative)


def match(root: Path, folder: str, pattern: str) -> Iterator[str]:
    """Files of `root`/`folder` that `pattern` matches, relative to it, sorted. Raises `UnsafePath`."""
    if not is_glob(pattern):
        try:
            source = inside(root, os.path.join(folder, pattern))
        except UnsafePath as refusal:
            if refusal.code == "file-missing":
                return
            raise
        if not stat.S_ISDIR(os.stat(source).st_mode):
            yield os.path.normpath(pattern)
        return
    if pattern.startswith("/") or ".." in pattern.split("/"):
        raise UnsafePath("path-escape", "pattern", file=pattern)
    try:
        base = inside(root, folder)
    except UnsafePath:
        return
    yield from sorted(_walk(base, _segments(pattern), lambda link: _may_enter(root, folder, link)))


def _segments(pattern: str) -> tuple[str, ...]:
    """The parts of a pattern; several `**` in a row are one."""
    parts: list[str] = []
    for part in pattern.split("/"):
        if part in ("", ".") or (part == "**" and parts[-1:] == ["**"]):
            continue
        parts.append(part)
    if parts[-1:] == ["**"]:
        parts.append("*")
    return tuple(parts)


def _walk(base: Path, parts: tuple[str, ...], may_enter: Callable[[str], bool]) -> set[str]:
    """Over (folder, how much of the pattern is used), each pair once, so no pattern explodes."""
    found: set[str] = set()
    pending = [("", 0)]
    seen = set(pending)
    while pending:
        folder, used = pending.pop()
        if used >= len(parts):
            continue
        part = parts[used]
        following: list[tuple[str, int]] = []
        if part == "**":
            following.append((folder, used + 1))
        for name, is_folder in _entries(base, folder, may_enter):
            path = f"{folder}/{name}" if folder else name
            if part == "**":
                if is_folder and not name.startswith(".") and name != "__pycache__":
                    following.append((path, used))
            elif _matches(name, part):
                if is_folder:
                    following.append((path, used + 1))
                elif used == len(parts) - 1:
                    found.add(path)
        for state in following:
            if state not in seen:
                seen.add(state)
                pending.append(state)
        if len(found) > _MOST_FILES or len(seen) > 10 * _MOST_FILES:
            raise UnsafePath("asset-too-many", file="/".join(parts), most=f"{_MOST_FILES:,}")
    return found


def _entries(base: Path, folder: str, may_enter: Callable[[str], bool]) -> list[tuple[str, bool]]:
    """(name, is it a folder) of what stands in `base`/`folder`; links to folders that may not be entered are left."""
    found = []
    try:
        with os.scandir(base / folder) as entries:
            for entry in entries:
                is_folder = entry.is_dir()
                if not is_folder or not entry.is_symlink() or may_enter(os.path.join(folder, entry.name)):
                    found.append((entry.name, is_folder))
    except OSError:
        return []
    return found


def _may_enter(root: Path, folder: str, link: str) -> bool:
    """Does this link in `root`/`folder` stay in the repository, and not lead back to where it was met?"""
    try:
        real = inside(root, f"{folder}/{link}")
    except UnsafePath:
        return False
    above = link.split("/")[:-1]
    holders = {os.path.realpath(root.joinpath(folder, *above[:length])) for length in range(len(above) + 1)}
    # Not back to a folder on the way here, nor to one that holds such a folder.
    return not any(f"{holder}/".startswith(f"{str(real).rstrip('/')}/") for holder in holders)


def _matches(name: str, part: str) -> bool:
    if name.startswith(".") and not part.startswith("."):
        return False
    return fnmatch.fnmatchcase(name, part)


def mode(chmod: str | None, current: int) -> int | None:
    """Permission bits after `chmod` ("+x", "644", "x", "u+rw,g-w") on a file that has `current`; None to keep.

    Never setuid, never writable for everyone: the workspace is on the author's own machine.
    """
    if not chmod:
        return None
    bits = stat.S_IMODE(current)
    text = chmod.strip()
    if re.fullmatch(r"[0-7]{3,4}", text):
        return int(text, 8) & 0o775
    for clause in text.split(","):
        found = re.fullmatch(r"([ugoa]*)([+=-]?)([rwxXst]*)", clause.strip())
        if found is None:
            return None
        who, sign, what = found[1] or "a", found[2] or "+", found[3]
        value = 0
        for shift, letter in ((6, "u"), (3, "g"), (0, "o")):
            if letter in who or "a" in who:
                one = ("r" in what) * 4 | ("w" in what) * 2 | ("x" in what or "X" in what) * 1
                value |= one << shift
                if sign == "=":
                    bits &= ~(7 << shift)
        bits = bits & ~value if sign == "-" else bits | value
    return bits & 0o775
