"""The texts of a scenario's pages as they stand on the disk now: as HTML to read, and as blocks to run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from handrail.markdown.api import Block, Quiz, Rendered, parse, render
from handrail.markdown.placeholders import substitute
from handrail.runtime.host import Runtime
from handrail.scenario.reader import Scenario
from handrail.session.terminals import terminal_for

if TYPE_CHECKING:
    from handrail.markdown.api import Parsed  # the parser is imported with the first page


class PageTexts:
    """Reads pages of the scenario that `scenario` gives. Page ids: "step2", and "step2-answer" for its solution."""

    def __init__(self, scenario: Callable[[], Scenario], runtime: Runtime) -> None:
        self._scenario, self._runtime = scenario, runtime
        self._parsed: dict[tuple[str, bool], tuple[str, Parsed]] = {}

    def render(self, page_id: str) -> Rendered:
        """The page as HTML. Raises KeyError for an unknown page, ScenarioError when its file cannot be read."""
        path = self.path(page_id)
        name = "" if path is None else str(path.relative_to(self._scenario().root.resolve()))
        placeholders = self._runtime.placeholders(inside=False)
        return render(self._text(page_id), page_id, path=name, placeholders=placeholders)

    def path(self, page_id: str) -> Path | None:
        """The file that holds the page's text. Raises KeyError."""
        page_id, _, part = page_id.partition("-")
        page = self._scenario().page(page_id)
        return page.answer if part == "answer" else page.text

    def block(self, block_id: str) -> Block:
        """The block with this id, as it is run. Raises KeyError."""
        for block in self.blocks(block_id.rpartition("-")[0]):
            if block.id == block_id:
                return block
        raise KeyError(block_id)

    def blocks(self, page_id: str) -> tuple[Block, ...]:
        """The blocks of the page, as they are run. Raises KeyError, ScenarioError."""
        return self._parse(page_id, inside=True).blocks

    def following(self, block: Block) -> list[Block]:
        """Those that are run after the block in its terminal, on its page. Raises KeyError, ScenarioError."""
        page = self.blocks(block.id.rpartition("-")[0])
        here = [each for each in page if each.action == "execute" and terminal_for(each) == terminal_for(block)]
        return here[here.index(block) + 1 :] if block in here else []

    def quizzes(self, page_id: str) -> tuple[Quiz, ...]:
        """The questions of the page, as they are shown. Raises KeyError, ScenarioError."""
        return self._parse(page_id, inside=False).quizzes

    def _parse(self, page_id: str, *, inside: bool) -> Parsed:
        text = substitute(self._text(page_id), self._runtime.placeholders(inside=inside))
        known = self._parsed.get((page_id, inside))
        if known is None or known[0] != text:
            known = self._parsed[page_id, inside] = (text, parse(text, page_id))
        return known[1]

    def _text(self, page_id: str) -> str:
        path = self.path(page_id)
        return "" if path is None else self._scenario().read(path)
