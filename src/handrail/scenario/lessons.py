"""The lessons of a course, a pathway or a repository, in their order and under the headings that learners see."""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any

from handrail.problems import ScenarioError
from handrail.scenario.course import Item, Listing, find_scenarios, is_listing, read_listing
from handrail.scenario.reader import INDEX_NAMES
from handrail.scenario.repository import repository_of

ROOT_ID = "lesson"
"""The id of the lesson in the course's own folder, and of a scenario that is played alone."""
MOST_LESSONS = 2000
"""A folder may hold any number of scenarios; a page that lists more than these helps nobody."""


@dataclass(frozen=True)
class Entry:
    """A lesson of a course. `id` follows from its path in the course and is safe in an address; `title` and
    `description` are the listing's, "" when it has none; `group` is the heading that it stands under."""

    id: str
    folder: Path
    path: str
    title: str = ""
    description: str = ""
    group: str = ""


@dataclass(frozen=True)
class CourseFolder:
    """A folder with lessons. `extra` is the "handrail" key of its own `structure.json`."""

    root: Path
    title: str
    description: str
    entries: tuple[Entry, ...]
    extra: Mapping[str, Any] = field(default_factory=dict)


def read_course(path: Path) -> CourseFolder | None:
    """The course in a folder: what its listings name; without one, every scenario below. None for a folder that is one
    scenario, or has none. Raises `ScenarioError` for a listing that cannot be read."""
    root = Path(os.path.realpath(path))
    if not root.is_dir():
        return None
    listings = [read_listing(root / name) for name in _listing_names(root)]
    if not listings and _is_scenario(root):
        return None
    reader = _Reader(root)
    structure = next((each for each in listings if each.file.name == "structure.json"), None)
    for listing in [structure] if structure else listings:
        reader.listing(listing, "" if structure else listing.title)
    if structure is None:  # a structure.json hides what it does not name; pathways do not
        reader.rest()
    if not reader.entries:
        return None
    first = structure or (listings[0] if len(listings) == 1 else None)
    title, description = (first.title, first.description) if first else ("", "")
    entries = tuple(_with_ids(reader.entries))
    return CourseFolder(root, title or root.name, description, entries, structure.extra if structure else {})


class _Reader:
    """Gathers entries, each folder once. Their ids come at the end."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.entries: list[Entry] = []
        self._repository = repository_of(root)
        self._seen: set[Path] = set()

    def listing(self, listing: Listing, group: str) -> None:
        """What a listing names; an entry that is a course gives its own lessons, under its title."""
        for item in listing.items:
            folder = Path(os.path.realpath(listing.file.parent / item.path))
            # A listing may point beside itself, and no further than the repository that it is part of.
            if not folder.is_relative_to(self._repository):
                continue
            heading = item.group or group
            names = [] if _is_scenario(folder) else _listing_names(folder)
            if names and folder not in self._seen:
                self._seen.add(folder)
                for name in names:
                    self._nested(folder / name, item, heading)
            elif not _is_scenario(folder) and (below := list(islice(find_scenarios(folder), MOST_LESSONS))):
                for each in below:
                    self.add(each, Item("", "", ""), heading or item.title)
            else:
                self.add(folder, item, heading)

    def _nested(self, file: Path, item: Item, heading: str) -> None:
        try:
            listing = read_listing(file)
        except ScenarioError:
            self.add(file.parent, item, heading)  # shown as what cannot be read
            return
        self.listing(listing, heading or item.title or listing.title)

    def rest(self) -> None:
        """What no listing names."""
        for folder in islice(find_scenarios(self.root), MOST_LESSONS):
            if not (folder == self.root and self.entries):
                self.add(folder, Item("", "", ""), "")

    def add(self, folder: Path, item: Item, group: str) -> None:
        """One lesson, unless it is there already."""
        folder = Path(os.path.realpath(folder))
        if folder in self._seen or len(self.entries) >= MOST_LESSONS:
            return
        self._seen.add(folder)
        path = os.path.relpath(folder, self.root)
        self.entries.append(Entry("", folder, path, item.title, item.description, group))


def _with_ids(entries: list[Entry]) -> Iterator[Entry]:
    plain = [ROOT_ID if each.path == "." else _slug(each.path) for each in entries]
    for each, name in zip(entries, plain, strict=True):
        is_unique = name and plain.count(name) == 1
        digest = sha256(os.fsencode(each.path)).hexdigest()[:8]
        yield replace(each, id=name if is_unique else f"{name or 'lesson'}-{digest}")


def _slug(path: str) -> str:
    return re.sub(r"[^A-Za-z0-9._]+", "-", path).strip("-.").lower()


def _listing_names(folder: Path) -> list[str]:
    """structure.json first."""
    try:
        names = [name for name in os.listdir(folder) if is_listing(name)]
    except OSError:
        return []
    return sorted(names, key=lambda name: (name != "structure.json", name))


def _is_scenario(folder: Path) -> bool:
    return any((folder / name).is_file() for name in INDEX_NAMES)
