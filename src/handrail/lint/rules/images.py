"""Rules about pictures."""

import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from handrail.lint.context import Context
from handrail.problems import Problem
from handrail.scenario.images import find_image
from handrail.scenario.repository import repository_of


def image_missing(context: Context) -> Iterator[Problem]:
    """Each local picture must be found by one of the five bases (see `images`)."""
    root = context.scenario.root
    for file in context.pages:
        for number, reference in file.parsed.images:
            if ":" in reference.split("/")[0] or reference.startswith("//") or not reference:
                continue
            name = unquote(reference)
            found = find_image(context.scenario, root / file.path, name)
            if found is None and not _may_be_elsewhere(context, file.path, name):
                source = file.lines[number] if number < len(file.lines) else ""
                column = max(source.find(name), 0) + 1
                yield Problem.of("image-missing", file.path, number + 1, column, picture=name)


def _may_be_elsewhere(context: Context, page: str, name: str) -> bool:
    """Does the path lead out of a scenario that is here without its repository? Nobody can say what is there."""
    root = Path(os.path.realpath(context.scenario.root))
    if repository_of(root) != root:
        return False
    if name.startswith("/") or name.split("/")[0] == context.scenario.root.parent.name:
        return True
    return os.path.normpath(os.path.join(os.path.dirname(page), name)).startswith("..")
