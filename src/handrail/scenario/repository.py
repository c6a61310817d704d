"""What a scenario belongs to: links and pictures may lead as far as this, and no further.

That is the enclosing git checkout, else the course: the nearest folder above with a list of scenarios. It is the
scenario alone when neither is there, when somebody else owns the checkout, and when it would be the user's home
folder or a folder above that: what lies there are the user's own files.
"""

import os
from functools import lru_cache
from pathlib import Path


@lru_cache(maxsize=4096)
def repository_of(root: Path) -> Path:
    """The folder of the checkout or course that the scenario in `root`, a real path, is part of."""
    course = root
    for folder in (root, *root.parents):
        if _holds_home(folder):
            break
        if os.path.exists(folder / ".git"):
            return folder if _same_owner(folder / ".git", root) else root
        if folder != root and course == root and _is_course(folder):
            course = folder
    return course


def may_lead_to(repository: Path, path: str) -> bool:
    """May a link out of a scenario of this repository lead to the real path `path`? Not to `.git`, `.env` and such."""
    base = str(repository).rstrip("/") + "/"
    return path.startswith(base) and not any(part.startswith(".") for part in path[len(base) :].split("/"))


def _holds_home(folder: Path) -> bool:
    home = Path(os.path.realpath(os.path.expanduser("~")))
    return folder == home or folder in home.parents


def _same_owner(one: Path, other: Path) -> bool:
    try:
        return os.lstat(one).st_uid == os.stat(other).st_uid
    except OSError:
        return False


@lru_cache(maxsize=4096)
def _is_course(folder: Path) -> bool:
    try:
        names = os.listdir(folder)
    except OSError:
        return False
    return any(name == "structure.json" or name.endswith("-pathway.json") for name in names)
