"""Writes docs/reference.md from what handrail itself knows: directives, keys of the index, masks, rules.

Usage: hack/reference_docs.py [--check]     (--check: writes nothing; status 1 when the page is out of date)
"""

import sys
from collections.abc import Iterable, Iterator

from generated_page import main

from handrail.markdown.directives import DIRECTIVES
from handrail.problems.catalogue import CATALOGUE, LINTED
from handrail.runner.masks import DEFAULTS
from handrail.scenario import known_keys

HEAD = """# Reference

`make lint` compares this page with the program; `make docs` writes it. [format.md](format.md) says what handrail does
with each part of a scenario, [cli.md](cli.md) has the commands, [reports.md](reports.md) what they print for programs.
"""


def page() -> str:
    """The whole page."""
    return "\n".join([HEAD, *_directives(), *_keys(), *_masks(), *_rules()])


def _directives() -> Iterator[str]:
    yield from ("## Directives", "", "In a comment before a block: `<!-- handrail: timeout=600 expect=1 -->`.", "")
    yield from _table(("directive", "what it says"), ((f"`{word}`", meaning) for word, meaning in DIRECTIVES.items()))


def _keys() -> Iterator[str]:
    yield from ("## Fields of the index", "", "Those that some player gave a meaning; others are reported.", "")
    places = {
        "at the top": known_keys.SCENARIO, "`details`": known_keys.DETAILS,
        "a page: `details.intro`, `.finish`, each of `.steps`": known_keys.PAGE,
        "each of `details.assets.HOST`": known_keys.ASSET, "`environment`": known_keys.ENVIRONMENT,
        "each of `environment.dashboards`": known_keys.DASHBOARD,
        "each of `environment.terminals`": known_keys.TERMINAL, "`backend`": known_keys.BACKEND,
        "`interface`": known_keys.INTERFACE, "layouts (`environment.uilayout`)": known_keys.LAYOUTS,
    }  # fmt: skip
    rows = ((place, ", ".join(f"`{key}`" for key in sorted(keys))) for place, keys in places.items())
    yield from _table(("where", "fields"), rows)
    yield from ("Under `handrail`:", "")
    yield from _table(("field", "what it is for"), ((f"`{key}`", text) for key, text in known_keys.HANDRAIL.items()))


def _masks() -> Iterator[str]:
    yield from ("## What `handrail test --compare` does not compare", "")
    rows = ((f"`<{name}>`", f"`{like}`") for name, like, _ in DEFAULTS)
    yield from _table(("mask", "stands for what looks like"), rows)


def _rules() -> Iterator[str]:
    yield from ("## Rules of the linter", "", "Also `handrail lint --rules` and `handrail lint --explain CODE`.", "")
    rows = ((f"`{each.code}`", each.severity, each.summary, each.why) for each in LINTED)
    yield from _table(("code", "severity", "what it finds", "why it weighs so"), rows)
    yield from ("Said while a scenario is played or tested:", "")
    others = (each for each in CATALOGUE.values() if each not in LINTED)
    rows = ((f"`{each.code}`", each.severity, each.summary, each.why) for each in others)
    yield from _table(("code", "severity", "what it finds", "why it weighs so"), rows)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield "|" + "---|" * len(head)
    for row in rows:
        # Angle brackets outside code would be taken for HTML.
        cells = (cell if "`" in cell else cell.replace("<", "&lt;") for cell in row)
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
    yield ""


if __name__ == "__main__":
    sys.exit(main("reference.md", page, __doc__ or ""))
