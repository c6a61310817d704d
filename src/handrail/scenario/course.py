"""Repositories and courses: which scenarios a folder holds, and what its `structure.json` and pathways say."""

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from handrail.problems import Problem, ScenarioError
from handrail.scenario import json_problems
from handrail.scenario.reader import INDEX_NAMES
from handrail.scenario.safe_paths import UnsafePath, read_text

_SKIPPED = frozenset({".git", "node_modules", "__pycache__", ".venv", "venv"})
_LISTING_LIMIT = 4 * 1024 * 1024


@dataclass(frozen=True)
class Item:
    """One entry of a listing: a scenario or a course, by its path relative to the listing's folder. `group`: the
    heading that it is shown under, from its "handrail" key, which is ours; "" when it names none."""

    path: str
    title: str
    description: str
    group: str = ""


@dataclass(frozen=True)
class Listing:
    """A `structure.json` or `*-pathway.json`. `items` are in the order in which they are shown; `extra` is the
    "handrail" key."""

    file: Path
    title: str
    description: str
    items: tuple[Item, ...]
    problems: tuple[Problem, ...]
    extra: Mapping[str, Any] = field(default_factory=dict)


def find_scenarios(root: Path) -> Iterator[Path]:
    """Folders under `root` (itself included) that hold an index file, sorted."""
    for folder, names in folders(root):
        if any(name in names for name in INDEX_NAMES):
            yield folder


def folders(root: Path, left_out: Callable[[Path], bool] = lambda folder: False) -> Iterator[tuple[Path, set[str]]]:
    """(folder, names of its files) for `root` and what is below, sorted; no symbolic links, no hidden folders."""
    pending = [Path(os.path.abspath(root))]
    while pending:
        folder = pending.pop()
        if left_out(folder):
            continue
        names, below = _entries(folder)
        yield folder, names
        pending += [folder / name for name in sorted(below, reverse=True)]


def is_listing(name: str) -> bool:
    """Is this the name of a file that groups scenarios?"""
    return name == "structure.json" or name.endswith("-pathway.json")


def _entries(folder: Path) -> tuple[set[str], list[str]]:
    """(names of files and links, names of folders worth entering)."""
    names: set[str] = set()
    folders = []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if not entry.is_dir(follow_symlinks=False):
                    names.add(entry.name)
                elif entry.name not in _SKIPPED and not entry.name.startswith("."):
                    folders.append(entry.name)
    except OSError:
        return set(), []
    return names, folders


def read_listing(file: Path) -> Listing:
    """Read a `structure.json` or `*-pathway.json`. Raises `ScenarioError` when it cannot be read."""
    try:
        text = read_text(file.parent, file.name, _LISTING_LIMIT)
    except UnsafePath as refusal:
        raise ScenarioError(refusal.problem(file.name)) from None
    value, problems = json_problems.parse(text.content, file.name)
    if not isinstance(value, dict):
        raise ScenarioError(Problem.of("json-syntax", file.name, case="no_object"))
    reader = _structure_items if file.name == "structure.json" else _pathway_items
    items = []
    locator = json_problems.Locator(text.content)
    for keys, item, exists_at in reader(file, value):
        items.append(item)
        if exists_at and not _leads_to_scenarios(file.parent, exists_at):
            place = locator.locate(keys)
            problems.append(Problem.of("structure-path-missing", file.name, *place, item=item.path))
    title, description = value.get("title"), value.get("description")
    return Listing(file, _string(title), _string(description), tuple(items), tuple(problems), _mapping(value))


Found = Iterator[tuple[list[str | int], Item, tuple[str, ...]]]


def _structure_items(file: Path, value: dict[str, Any]) -> Found:
    """Killercoda: `{"items": [{"path": "../course1/scenario1"}]}`; what is not listed is not shown."""
    items = value.get("items")
    for number, raw in enumerate(items if isinstance(items, list) else []):
        raw = {"path": raw} if isinstance(raw, str) else raw
        path = _string(raw.get("path")) if isinstance(raw, dict) else ""
        item = _item(path, raw) if path else None
        yield ["items", number], item or Item(f"entry {number + 1}", "", ""), (path or ".missing",)


def _pathway_items(file: Path, value: dict[str, Any]) -> Found:
    """Katacoda: `{"courses": [{"course_id": …, "pathway_id": …}]}` beside a folder of the pathway's name."""
    own = file.name.removesuffix("-pathway.json")
    for key in ("courses", "scenarios"):
        entries = value.get(key)
        for number, raw in enumerate(entries if isinstance(entries, list) else []):
            if not isinstance(raw, dict):
                continue
            name = _string(raw.get("course_id")) or _string(raw.get("scenario_id")) or _string(raw.get("id"))
            if not name or raw.get("external_link"):
                continue
            # "owner/pathway" names another repository, or this one by its owner.
            owner, _, other = _string(raw.get("pathway_id")).rpartition("/")
            places: tuple[str, ...] = (f"{other or own}/{name}", name)
            if owner and not _leads_to_scenarios(file.parent, places):
                places = ()
            item = _item(f"{other or own}/{name}", raw)
            yield [key, number], item, places


def _item(path: str, raw: dict[str, Any]) -> Item:
    return Item(path, _string(raw.get("title")), _string(raw.get("description")), _string(_mapping(raw).get("group")))


def _leads_to_scenarios(folder: Path, places: tuple[str, ...]) -> bool:
    """Is one of the places a folder? A listing may point beside itself (`../course1`), never at a file."""
    return any("\0" not in place and os.path.isdir(folder / place) for place in places)


def _mapping(raw: dict[str, Any]) -> dict[str, Any]:
    extra = raw.get("handrail")
    return extra if isinstance(extra, dict) else {}


def _string(value: object) -> str:
    return value if isinstance(value, str) else ""
