"""Which scenarios `handrail test PATH…` runs: those of courses and repositories, a shard, those that changed."""

from __future__ import annotations

import os
import posixpath
import re
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from handrail.errors import HandrailError
from handrail.problems import ScenarioError
from handrail.scenario.course import find_scenarios, folders, is_listing, read_listing
from handrail.scenario.reader import INDEX_NAMES, Scenario, load

_HUNK = re.compile(r"@@ -\S+ \+(\d+)(?:,(\d+))? @@")


class NothingToTest(HandrailError):
    """No scenario is where the user said, or what was asked for cannot be read; the text says which and what to do."""


@dataclass(frozen=True)
class Chosen:
    """One scenario to test. name: its folder as the user would write it. error: why it cannot be read, or None."""

    name: str
    folder: Path
    scenario: Scenario | None
    error: str = ""

    def locate(self, place: str) -> tuple[str, int]:
        """The file and the line of an item's place, the file as the user would write it; ("", 0) for none."""
        file, _, line = place.rpartition(":")
        return (posixpath.normpath(posixpath.join(self.name, file)), int(line)) if file else ("", 0)

    @property
    def group(self) -> str:
        """Scenarios of one group share something outside, and are run one after the other; "" for none."""
        group = self.scenario.extra.get("group") if self.scenario is not None else None
        return group if isinstance(group, str) else ""


def choose(paths: Iterable[Path]) -> list[Chosen]:
    """The scenarios that the paths mean, each once: a scenario's folder or its index file means that one, any other
    folder all that are below it, in the order of its lists. Raises NothingToTest."""
    chosen: dict[Path, Chosen] = {}
    for path in paths:
        if not path.exists():
            raise NothingToTest(f"There is no {path}: name the folder of a scenario, or one above it.")
        found = [path.parent] if path.name in INDEX_NAMES and path.is_file() else _below(path)
        if not found and not path.is_dir():
            raise NothingToTest(f"{path} is a file: name the folder of its scenario (handrail test {path.parent}).")
        if not found:
            raise NothingToTest(
                f"{path} has no index.json, and no folder below it has one, so there is no scenario to test. "
                "To begin one: handrail new my-scenario"
            )
        for folder in found:
            chosen.setdefault(folder.resolve(), _read(folder))
    return list(chosen.values())


def units(chosen: Iterable[Chosen]) -> list[list[Chosen]]:
    """What may run side by side: each group as a whole, every other scenario alone."""
    together: dict[object, list[Chosen]] = {}
    for each in chosen:
        together.setdefault(each.group or each.folder, []).append(each)
    return list(together.values())


def shard(parts: Sequence[list[Chosen]], number: int, count: int) -> list[list[Chosen]]:
    """The part `number` (from 1) of `count`: the same on every machine that has the same scenarios."""
    return list(parts[number - 1 :: count])


def changed_since(chosen: Iterable[Chosen], revision: str) -> list[Chosen]:
    """Those with a file that differs from the git revision: in their folder, where a link of theirs leads, or below a
    path that `handrail.uses` of the index names.

    Raises NothingToTest when git does not know the revision.
    """
    return [each for each in chosen if _has_changed(each, revision)]


def _below(path: Path) -> list[Path]:
    if not path.is_dir():
        return []
    found = list(find_scenarios(path))
    if found and found[0].resolve() == path.resolve():
        return [path]
    listed = {folder: place for place, folder in enumerate(_listed(path))}
    return sorted(found, key=lambda folder: listed.get(folder.resolve(), len(listed)))


def _listed(path: Path) -> Iterator[Path]:
    """The folders that the lists below `path` name, in their order."""
    for folder, names in folders(path):
        for name in sorted(filter(is_listing, names)):
            try:
                listing = read_listing(folder / name)
            except ScenarioError:
                continue  # the linter's business; the scenarios are found all the same
            for item in listing.items:
                yield (folder / item.path).resolve()


def _read(folder: Path) -> Chosen:
    name = os.path.relpath(folder)
    name = str(folder) if name.startswith("..") else name
    try:
        scenario = load(folder)
    except ScenarioError as error:
        return Chosen(name, folder, None, str(error))
    errors = [str(problem) for problem in scenario.problems if problem.severity == "error"]
    return Chosen(name, folder, scenario, "\n".join(errors))


def changed_lines(chosen: Chosen, revision: str) -> dict[str, set[int]] | None:
    """The lines that differ from the git revision, by page (its path in the scenario's folder); None when something
    else than a page differs, so that every block may be meant. Raises NothingToTest."""
    assert chosen.scenario is not None
    inside = _checkout(chosen, revision)
    uses = [str(path) for path in _uses(chosen) if path.is_relative_to(inside)]
    pages = {page.text for page in chosen.scenario.pages if page.text is not None}
    told = _git(chosen.folder, "diff", "--unified=0", "--no-prefix", "--no-color", revision, "--", *uses).stdout
    if _untracked(chosen, uses):
        return None
    lines: dict[str, set[int]] = {}
    for line in told.splitlines():
        if line.startswith("+++ "):
            path = (inside / line[4:]).resolve()
            if path not in pages:
                return None
            found = lines.setdefault(path.relative_to(chosen.folder.resolve()).as_posix(), set())
        elif hunk := _HUNK.match(line):
            first, count = int(hunk[1]), int(hunk[2] or 1)
            found |= set(range(first, first + max(count, 1)))
    return lines


def _has_changed(each: Chosen, revision: str) -> bool:
    inside = _checkout(each, revision)
    uses = [str(path) for path in _uses(each) if path.is_relative_to(inside)]
    if _git(each.folder, "diff", "--quiet", revision, "--", *uses).returncode != 0:
        return True
    return _untracked(each, uses)


def _checkout(each: Chosen, revision: str) -> Path:
    """The git checkout that the scenario is in. Raises NothingToTest when it does not know the revision."""
    top = _git(each.folder, "rev-parse", "--show-toplevel", "--verify", f"{revision}^{{commit}}")
    if top.returncode != 0:
        raise NothingToTest(
            f"git does not know {revision} in {each.folder} ({top.stderr.strip()}). "
            f"Look for it: git -C {each.folder} log --oneline"
        )
    return Path(top.stdout.splitlines()[0])


def _untracked(each: Chosen, uses: list[str]) -> bool:
    return bool(_git(each.folder, "ls-files", "--others", "--exclude-standard", "--", *uses).stdout)


def _uses(each: Chosen) -> Iterator[Path]:
    """The scenario's folder, what it links to, and what its index says that it uses from elsewhere."""
    folder = each.folder.resolve()
    yield folder
    yield from (path.resolve() for path in folder.rglob("*") if path.is_symlink())
    named = each.scenario.extra.get("uses") if each.scenario is not None else None
    for name in named if isinstance(named, list) else []:
        if isinstance(name, str):
            yield Path(os.path.normpath(folder / name))


def _git(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(["git", "-C", str(folder), *words], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise NothingToTest("--changed-since needs git: install it, or leave the option out.") from None
