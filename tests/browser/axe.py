"""What axe-core finds on a page that is open."""

from pathlib import Path

from playwright.sync_api import Page

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
# A finding as a line: the rule, how grave, and what it is about.
FINDINGS = """async () => (await axe.run(document)).violations.flatMap(
  ({id, impact, nodes}) => nodes.map(({target}) => `${id} (${impact}): ${target.join(" ")}`))"""


def findings(page: Page) -> list[str]:
    """What is wrong with the page as it is shown now, a line each."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    return list(page.evaluate(FINDINGS))
