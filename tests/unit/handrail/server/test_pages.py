"""The pages of a lesson as the browser may see them, for what is missing or empty on the disk."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from handrail.runtime.workspace import Workspace
from handrail.scenario.reader import load
from handrail.server.errors import RequestError
from handrail.server.pages import Pages
from handrail.session.session import Session

MakeScenario = Callable[..., Path]


@pytest.fixture
def shown(tmp_path: Path) -> Callable[[Path, str], str]:
    """The HTML of a page that is open."""

    def html(root: Path, page_id: str) -> str:
        async def run() -> str:
            workspace = Workspace.open(tmp_path / "w")
            try:
                session = Session(load(root), workspace)
                session.progress.opened |= {page.id for page in session.scenario.pages}
                return str(Pages(session).content(page_id)["html"])
            finally:
                workspace.close()

        return asyncio.run(run())

    return html


def test_an_empty_page_and_one_without_text_are_shown_empty(
    make_scenario: MakeScenario, shown: Callable[[Path, str], str]
) -> None:
    root = make_scenario("`ls`{{exec}}", {"foreground": "true"}, finish="")
    assert shown(root, "step2").strip() == shown(root, "finish").strip() == ""


def test_a_page_that_cannot_be_read_says_which_file_and_what_to_do(
    make_scenario: MakeScenario, shown: Callable[[Path, str], str]
) -> None:
    root = make_scenario("one", "two", "three")
    (root / "step2.md").unlink()
    (root / "step3.md").write_text("x" * 1_000_001)
    with pytest.raises(RequestError, match=r"step2\.md does not exist\. Create it, or correct the name\."):
        shown(root, "step2")
    with pytest.raises(RequestError, match=r"step3\.md has 1,000,001 bytes; 1,000,000 are the most .* Split it"):
        shown(root, "step3")
