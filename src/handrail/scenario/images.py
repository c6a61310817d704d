"""Which file a picture on a page means. Katacoda resolved it as an address, authors wrote five kinds of path."""

import os
from pathlib import Path

from handrail.scenario.reader import Scenario
from handrail.scenario.repository import repository_of
from handrail.scenario.safe_paths import UnsafePath, resolve

SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".avif", ".bmp", ".ico"})


def find_image(scenario: Scenario, page: Path | None, reference: str) -> Path | None:
    """The file that `reference`, as written on `page`, means; None when there is none.

    Tried in order: beside the page, in the scenario, relative to the scenario's parent (`course/assets/x.png`
    written in `course/intro.md`), and each suffix of `/owner/scenarios/…/x.png`. Only pictures are found, and only
    inside the scenario or, for the last two, inside the repository it belongs to.
    """
    reference = reference.split("?")[0].split("#")[0]
    if os.path.splitext(reference)[1].lower() not in SUFFIXES or "\0" in reference:
        return None
    root = Path(os.path.realpath(scenario.root))
    repository = repository_of(root)
    relative = reference.lstrip("/")
    bases = [root, root.parent]
    if page is not None and not reference.startswith("/"):
        bases.insert(0, page.parent)
    for base in bases:
        found = _inside(root, repository, os.path.normpath(base / relative))
        if found:
            return found
    parts = relative.split("/")
    for skipped in range(1, min(len(parts), 12)):
        rest = os.path.join(*parts[skipped:])
        for base in (repository, root.parent, root):
            found = _inside(root, repository, os.path.normpath(base / rest))
            if found:
                return found
    return None


def _inside(root: Path, repository: Path, path: str) -> Path | None:
    """`path` when it is a file of the scenario or of its repository."""
    for base in (root, repository):
        if path.startswith(f"{base}/"):
            try:
                return resolve(base, os.path.relpath(path, base))
            except UnsafePath:
                return None
    return None
