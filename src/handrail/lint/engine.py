"""Finds scenarios and runs the rules over them, one scenario in memory at a time."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from handrail.lint.config import Config
from handrail.lint.context import Context
from handrail.problems import CappedProblems, Problem, ScenarioError
from handrail.scenario import index_text
from handrail.scenario.course import folders, is_listing, read_listing
from handrail.scenario.reader import INDEX_NAMES, from_index

_SCENARIO_KEYS = frozenset({"details", "backend", "environment", "interface"})


@dataclass(frozen=True)
class Target:
    """What there is to lint in one folder: its index files, structure.json and pathways."""

    folder: Path
    index: str | None
    listings: tuple[str, ...]


def targets(path: Path, config: Config) -> Iterator[Target]:
    """Folders under `path` with something to lint, sorted; symbolic links and hidden folders are not entered."""
    path = Path(os.path.abspath(path))
    if path.is_file():
        yield _target_of(path)
        return
    for folder, names in folders(path, config.excludes):
        index = next((name for name in INDEX_NAMES if name in names), None)
        listings = tuple(sorted(name for name in names if is_listing(name)))
        if index or listings:
            yield Target(folder, index, listings)


def _target_of(file: Path) -> Target:
    """An index or a listing itself; of another file the scenario that it belongs to: pre-commit names files."""
    if is_listing(file.name):
        return Target(file.parent, None, (file.name,))
    if file.name not in INDEX_NAMES:
        for folder in file.parents:
            index = next((name for name in INDEX_NAMES if (folder / name).is_file()), None)
            if index:
                return Target(folder, index, ())
        if file.suffix not in (".json", ".yaml", ".yml"):
            return Target(file.parent, None, ())
    return Target(file.parent, file.name, ())


@dataclass(frozen=True)
class Linted:
    """The problems of one target, sorted by file and place. `scenario`: it holds one."""

    problems: tuple[Problem, ...]
    scenario: bool


def lint(target: Target, config: Config) -> Linted:
    """Run every rule that is on. Problems have paths as they are shown (see `shown`)."""
    found: set[Problem] = set()
    is_scenario = False
    for name in target.listings:
        try:
            found.update(read_listing(target.folder / name).problems)
        except ScenarioError as error:
            found.add(error.problem)
    if target.index is not None:
        problems = _lint_scenario(target.folder, target.index, config)
        is_scenario = problems is not None
        found.update(problems or ())
    wanted = [applied for applied in map(config.apply, found) if applied]
    wanted.sort(key=lambda problem: (problem.path, problem.line, problem.column, problem.code))
    return Linted(tuple(replace(problem, path=shown(target.folder, problem.path)) for problem in wanted), is_scenario)


def lint_scenario(folder: Path, config: Config | None = None) -> tuple[Problem, ...]:
    """The problems of one scenario, with paths relative to it."""
    config = config or Config()
    index = next((name for name in INDEX_NAMES if os.path.lexists(folder / name)), "index.json")
    problems = _lint_scenario(folder, index, config) or []
    wanted = {applied for applied in map(config.apply, problems) if applied}
    return tuple(sorted(wanted, key=lambda problem: (problem.path, problem.line, problem.column, problem.code)))


def _lint_scenario(folder: Path, name: str, config: Config) -> list[Problem] | None:
    """None when the file is an index of something else."""
    try:
        index = index_text.read(folder, name)
    except ScenarioError as error:
        return [error.problem]
    if not _SCENARIO_KEYS & index.value.keys() and index.value:
        return None
    context = Context(from_index(folder, index), index)
    if "script-syntax" not in config.disabled:
        _ = context.syntax  # bash reads the scripts while we read the pages
    problems = list(context.scenario.problems)
    for file in context.pages:
        problems += file.parsed.problems
    few = CappedProblems()
    for check in config.checks():
        for problem in check(context):
            if few.room(problem.code, problem.path, problem.line):
                few.add(problem)
    return problems + few.problems() + context.unreadable


def shown(folder: Path, path: str) -> str:
    """A path as messages show it: relative to where the user stands, absolute when it lies elsewhere."""
    whole = os.path.join(folder, path)
    relative = os.path.relpath(whole)
    return whole if relative.startswith("..") else relative
