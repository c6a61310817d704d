"""`handrail lint --fix`: mends what can be mended without asking. Files are replaced whole, or left alone.

Mended: trailing commas in the index, byte order marks, Windows line ends in pages and scripts, misspelt words in
braces, blanks before braces, headings without a blank.
"""

import json
import os
from collections.abc import Callable
from pathlib import Path

from handrail.atomic_write import write_atomically
from handrail.markdown import rewrite
from handrail.markdown.actions import Braces
from handrail.markdown.parser import parse
from handrail.problems import ScenarioError
from handrail.scenario.assets import list_assets
from handrail.scenario.json_problems import diagnose
from handrail.scenario.reader import Scenario, load
from handrail.scenario.safe_paths import UnsafePath, decode, read_bytes, text_limit

_MOST_COMMAS = 200


def fix(folder: Path, index: str) -> int:
    """Mend the scenario in `folder`. Returns how many files were changed."""
    changed = _rewrite(folder, index, mend_index) if index.endswith(".json") else 0
    try:
        scenario = load(folder / index)
    except ScenarioError:
        return changed
    for name in _pages(scenario):
        changed += _rewrite(folder, name, mend_page)
    for name in _scripts(scenario):
        changed += _rewrite(folder, name, mend_script)
    for file in list_assets(scenario).files:
        changed += _rewrite(folder, file.path, lambda text: mend_script(text) if text.startswith("#!") else text)
    return changed


def mend_script(text: str) -> str:
    """With Unix line ends."""
    return text.replace("\r\n", "\n")


def mend_index(text: str) -> str:
    """Without trailing commas."""
    for _ in range(_MOST_COMMAS):
        try:
            json.loads(text)
        except json.JSONDecodeError as error:
            cause = diagnose(text, error)
            if cause.case != "trailing_comma":
                return text
            text = text[: cause.offset] + text[cause.offset + 1 :]
        except (RecursionError, ValueError):
            return text
        else:
            return text
    return text


def mend_page(text: str) -> str:
    """With Unix line ends, right words in braces, no blanks before them, and a blank after a heading's `#`."""
    parsed = parse(text, "page")
    lines = rewrite.braces(text, parsed, _right_words).split("\n")
    for number in parsed.tight_headings:
        line = lines[number]
        hashes = len(line) - len(line.lstrip(" >-*+\t").lstrip("#"))
        lines[number] = f"{line[:hashes]} {line[hashes:]}"
    return "\n".join(lines)


def _right_words(braces: Braces) -> str:
    raw = braces.raw
    for written, meant in braces.tokens.misspelt:
        raw = raw.replace(written, meant, 1)
    return raw


def _pages(scenario: Scenario) -> list[str]:
    return _names(scenario, ("text", "answer", "hint"), markdown=True)


def _scripts(scenario: Scenario) -> list[str]:
    return _names(scenario, ("foreground", "background", "verify", "hint"), markdown=False)


def _names(scenario: Scenario, roles: tuple[str, ...], *, markdown: bool) -> list[str]:
    root = os.path.realpath(scenario.root)
    found: dict[str, None] = {}
    for page in scenario.pages:
        for role in roles:
            path: Path | None = getattr(page, role)
            if path is not None and (path.suffix == ".md") == markdown:
                found[os.path.relpath(path, root)] = None
    return list(found)


def _rewrite(folder: Path, name: str, mend: Callable[[str], str]) -> int:
    root = os.path.realpath(folder)
    if not os.path.realpath(os.path.join(root, name)).startswith(f"{root}/"):
        return 0  # A link to what other scenarios share, too.
    try:
        data = read_bytes(folder, name, text_limit(name))
    except UnsafePath:
        return 0
    text = decode(data)
    if text.invalid_at is not None:
        return 0
    new = mend(text.content).encode()
    if new == data:
        return 0
    path = Path(os.path.realpath(folder / name))
    write_atomically(path, new, path.stat().st_mode & 0o7777)
    return 1
