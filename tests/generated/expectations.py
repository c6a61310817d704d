"""What must hold for a generated scenario: no crash, each slip reported where it is, and nothing else."""

from pathlib import Path

from handrail.errors import HandrailError
from handrail.export.cli import export
from handrail.lint.config import Config
from handrail.lint.engine import lint_scenario
from handrail.markdown.api import render
from handrail.markdown.placeholders import LocalPorts
from handrail.scenario.reader import load

from ..unit.handrail.safe_html import blocks_of_safe
from .scenarios import Finding, Made

# Katacoda's own features are among the healthy pieces; of them it is only said that they are Katacoda's own.
CONFIG = Config(disabled=frozenset({"not-on-killercoda"}))


def faults(made: Made, out: Path) -> list[str]:
    """What does not hold, a sentence each."""
    reported = found(made.root)
    wrong = [f"not reported: {each}" for each in sorted(made.findings - reported)]
    wrong += [f"false alarm: {each}" for each in sorted(reported - made.findings)]
    scenario = load(made.root)
    for page in scenario.pages:
        text = scenario.read(page.text) if page.text else ""
        shown = render(text, page.id, placeholders=LocalPorts())
        if sorted(blocks_of_safe(shown.html)) != sorted(block.id for block in shown.blocks):
            wrong.append(f"{page.id} does not show its blocks")
        if [block.text for block in shown.blocks] != made.blocks.get(page.id, []):
            wrong.append(f"{page.id} has other blocks: {[block.text for block in shown.blocks]}")
    for platform in ("killercoda", "katacoda"):
        wrong += _exported(made, out / platform, platform)
    return wrong


def found(root: Path) -> set[Finding]:
    """Of the index by code alone: where a key stands there is for other tests to say."""
    problems = lint_scenario(root, CONFIG)
    return {(each.code, each.path, 0 if each.path == "index.json" else each.line) for each in problems}


def _exported(made: Made, out: Path, platform: str) -> list[str]:
    try:
        # The command looks for these before it exports.
        broken = [each for each in load(made.root).problems if each.severity == "error"]
        if bool(broken) != made.refused:
            return [f"broken for an export: {broken}"]
        if not broken:
            export(load(made.root), out, platform)  # type: ignore[arg-type]
    except HandrailError as error:
        return [f"not exported to {platform}: {error}"]
    alarms = found(out) if not broken and not made.findings and platform == "killercoda" else set()
    return [f"false alarm in the export: {each}" for each in sorted(alarms)]
