"""Rules about pictures."""

from collections.abc import Iterator
from urllib.parse import unquote

from handrail.lint.context import Context
from handrail.problems import Problem
from handrail.scenario.images import find_image


def image_missing(context: Context) -> Iterator[Problem]:
    """Each local picture must be found by one of the five bases (see `images`)."""
    root = context.scenario.root
    for file in context.pages:
        for number, reference in file.parsed.images:
            if ":" in reference.split("/")[0] or reference.startswith("//") or not reference:
                continue
            name = unquote(reference)
            if find_image(context.scenario, root / file.path, name) is None:
                source = file.lines[number] if number < len(file.lines) else ""
                column = max(source.find(name), 0) + 1
                yield Problem.of("image-missing", file.path, number + 1, column, picture=name)
