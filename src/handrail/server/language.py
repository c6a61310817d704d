"""Page texts in the reader's language, by suffix: `step1.de.md` beside `step1.md`, which is the fallback."""

import dataclasses
import os
from collections.abc import Mapping
from pathlib import Path

from handrail.scenario.reader import Page, Scenario


def preferred(environment: Mapping[str, str]) -> str:
    """The language code of the user's locale ("de", "pt-br"), or "" when it names none."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = environment.get(name, "").split(".")[0].split("@")[0].replace("_", "-").lower()
        if value:
            return "" if value in ("c", "posix") else value
    return ""


def localised(scenario: Scenario, language: str) -> Scenario:
    """The scenario with each text replaced by its translation where there is one."""
    if not language:
        return scenario
    pages = tuple(_localised_page(page, language) for page in scenario.pages)
    return dataclasses.replace(scenario, pages=pages)


def _localised_page(page: Page, language: str) -> Page:
    return dataclasses.replace(page, text=_translation(page.text, language), answer=_translation(page.answer, language))


def _translation(text: Path | None, language: str) -> Path | None:
    if text is None:
        return None
    for code in dict.fromkeys((language, language.split("-")[0])):
        candidate = text.with_suffix(f".{code}{text.suffix}")
        # A link could lead out of the scenario; the reader of index.json refuses those too.
        if candidate.is_file() and not os.path.islink(candidate):
            return candidate
    return text
