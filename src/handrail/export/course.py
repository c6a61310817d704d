"""A repository or course for another platform: every scenario in it, and the listings that group them."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from handrail.export.tokens import Platform
from handrail.scenario.course import Item, Listing, folders, is_listing, read_listing


def listings(root: Path, platform: Platform) -> Iterator[tuple[str, str]]:
    """(path, text) of the listings to write: the platform's own as they are, the other's in the platform's form.

    Raises `ScenarioError` for one that cannot be read.
    """
    for folder, names in folders(root):
        place = os.path.relpath(folder, root)
        for name in sorted(filter(is_listing, names)):
            listing = read_listing(folder / name)
            if (name == "structure.json") == (platform == "killercoda"):
                yield os.path.normpath(f"{place}/{name}"), (folder / name).read_text("utf-8-sig")
            elif platform == "killercoda":
                yield from _structure(listing, folder, place)
            elif folder != root:
                yield os.path.normpath(f"{place}-pathway.json"), _written(listing, list(_courses(listing)))


def _structure(listing: Listing, folder: Path, place: str) -> Iterator[tuple[str, str]]:
    """A pathway as the structure.json of the course it names, unless the course has one."""
    course = listing.file.name.removesuffix("-pathway.json")
    if not (folder / course).is_dir() or (folder / course / "structure.json").exists():
        return
    items = [
        {"path": os.path.relpath(item.path, course), **_names(item)}
        for item in listing.items
        if (folder / item.path).is_dir()
    ]
    yield os.path.normpath(f"{place}/{course}/structure.json"), _written(listing, items)


def _courses(listing: Listing) -> Iterator[dict[str, str]]:
    """The entries of a pathway; a scenario of another course stands there with that course's name."""
    own = listing.file.parent.name
    for item in listing.items:
        course, _, name = os.path.normpath(f"{own}/{item.path}").rpartition("/")
        other = {"pathway_id": course} if course != own else {}
        yield {"course_id": name, **other, **_names(item)}


def _names(item: Item) -> dict[str, str]:
    return {key: text for key, text in (("title", item.title), ("description", item.description)) if text}


def _written(listing: Listing, entries: list[dict[str, str]]) -> str:
    key = "courses" if listing.file.name == "structure.json" else "items"
    value: dict[str, Any] = {"title": listing.title, "description": listing.description, key: entries}
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"
