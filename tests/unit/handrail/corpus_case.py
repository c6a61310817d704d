"""One folder of tests/corpus: a small scenario in `scenario/`, and beside it what is expected of it.

`expected.json` holds the fields of the scenario that are not empty, the assets, the blocks and quizzes of each page
(fields that differ from the default), and the problems as "severity code path:line:column". `<page>.html` holds the
page as it is shown, with placeholders for local ports.
"""

from collections.abc import Iterator
from dataclasses import MISSING, asdict, fields
from pathlib import Path
from typing import Any

from handrail.lint.config import Config
from handrail.lint.engine import lint, targets
from handrail.markdown.api import Block, Rendered, render
from handrail.markdown.placeholders import LocalPorts
from handrail.problems import ScenarioError
from handrail.scenario.assets import list_assets
from handrail.scenario.course import find_scenarios
from handrail.scenario.reader import Scenario, load

CORPUS = Path(__file__).parents[2] / "corpus"
_FIELDS = (
    "title", "description", "difficulty", "time", "kind", "imageid", "layout", "dashboards", "terminals", "files",
    "port", "url", "message",
)  # fmt: skip
_ROLES = ("text", "foreground", "background", "verify", "answer", "hint")


def case_folders() -> list[Path]:
    return sorted(folder for folder in CORPUS.iterdir() if folder.is_dir())


def facts(folder: Path) -> dict[str, Any]:
    """What handrail makes of the case, in the form of `expected.json`."""
    made: dict[str, Any] = {}
    for root in find_scenarios(folder / "scenario"):
        name = str(root.relative_to(folder / "scenario"))
        try:
            made[name] = _scenario(load(root))
        except ScenarioError as error:
            made[name] = {"error": error.problem.message}
    return {"scenarios": made, "problems": list(_problems(folder))}


def pages(folder: Path) -> dict[str, str]:
    """File name to HTML, for the pages of the case's scenario."""
    try:
        scenario = load(folder / "scenario")
    except ScenarioError:
        return {}
    return {f"{page_id}.html": page.html for page_id, page in _rendered(scenario)}


def _scenario(scenario: Scenario) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for name in _FIELDS:
        value = getattr(scenario, name)
        if value:
            made[name] = [asdict(item) if hasattr(item, "name") else item for item in value] if (
                isinstance(value, tuple)
            ) else value  # fmt: skip
    made["pages"] = [_page(scenario, page) for page in scenario.pages]
    assets = [
        f"{file.host} {file.path} -> {file.target}"
        + (f" {file.mode:o}" if file.mode is not None else "")
        for file in list_assets(scenario).files
    ]
    if assets:
        made["assets"] = assets
    for page_id, page in _rendered(scenario):
        if page.blocks:
            made.setdefault("blocks", {})[page_id] = [_block(block) for block in page.blocks]
        if page.quizzes:
            made.setdefault("quizzes", {})[page_id] = [asdict(quiz) for quiz in page.quizzes]
    return made


def _page(scenario: Scenario, page: Any) -> dict[str, Any]:
    made: dict[str, Any] = {"id": page.id, "title": page.title}
    for role in _ROLES:
        path = getattr(page, role)
        if path:
            made[role] = str(path.relative_to(scenario.root.resolve()))
    return {**made, **({"hidden": True} if page.hidden else {}), **({"credits": page.credits} if page.credits else {})}


def _block(block: Block) -> dict[str, Any]:
    made = {}
    for field in fields(block):
        value = getattr(block, field.name)
        if field.name == "directives":
            value = {key: item for key, item in asdict(value).items() if item is not None and item is not False}
            if not value:
                continue
        elif field.default is not MISSING and value == field.default:
            continue
        made[field.name] = value
    return made


def _rendered(scenario: Scenario) -> Iterator[tuple[str, Rendered]]:
    for page in scenario.pages:
        if page.text:
            text = scenario.read(page.text)
            yield page.id, render(text, page.id, path=page.text.name, placeholders=LocalPorts())


def _problems(folder: Path) -> Iterator[str]:
    root = folder / "scenario"
    for target in targets(root, Config()):
        for problem in lint(target, Config()).problems:
            path = Path(problem.path).absolute().relative_to(root)
            yield f"{problem.severity} {problem.code} {path}:{problem.line}:{problem.column} {problem.message}"
