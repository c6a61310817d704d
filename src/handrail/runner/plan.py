"""What `handrail test` is going to do, item by item, known before it begins.

At the end the results are compared with the plan, so that nothing can be left out in silence.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from handrail.markdown.api import Block
from handrail.runner.outputs import Outputs
from handrail.runner.part import WHOLE, NoSuchPart, Part
from handrail.scenario.reader import Page
from handrail.session.long_running import first_line
from handrail.session.scripts import cleanup_script
from handrail.session.session import Session

Kind = Literal[
    "foreground", "check-before", "block", "output", "quiz", "check-after", "check-again", "background", "cleanup"
]  # fmt: skip


# What later pages need of earlier ones; the rest judges.
_DONE = ("foreground", "block")


@dataclass(frozen=True)
class Item:
    """One thing to do. id: "step1-2", "step1-q1", "step1/check-after" …; title: for people; place: "step1.md:12", of a
    script its first line, or ""."""

    id: str
    page: str
    kind: Kind
    title: str
    place: str = ""
    block: Block | None = None

    @property
    def text(self) -> str:
        """The commands of a block; of everything else ""."""
        return "" if self.block is None else self.block.text


@dataclass(frozen=True)
class PagePlan:
    """The items of one page, in order."""

    page: Page
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Plan:
    """Everything that will be done. backgrounds: how the background scripts ended, told when all else is done."""

    pages: tuple[PagePlan, ...]
    backgrounds: tuple[Item, ...]
    cleanup: Item | None

    @property
    def items(self) -> tuple[Item, ...]:
        """All items in the order in which they are done."""
        last = () if self.cleanup is None else (self.cleanup,)
        return (*(item for page in self.pages for item in page.items), *self.backgrounds, *last)


def make_plan(session: Session, part: Part = WHOLE, outputs: Outputs | None = None) -> Plan:
    """The plan for a part of the session's scenario; outputs: what records or compares what its blocks print.

    Raises ScenarioError when a page cannot be read, NoSuchPart when there is no block of the name.
    """
    scenario = session.scenario
    # Pages whose check holds from the start, by the author's word.
    opted_out = scenario.extra.get("passes_before", ())
    pages = []
    last_step = max((page.number for page in scenario.pages if page.kind == "step"), default=0)
    for page in scenario.pages:
        items = []
        if page.foreground is not None:
            where = _place(session, page.foreground)
            items.append(Item(f"{page.id}/foreground", page.id, "foreground", "foreground script", where))
        # Of a page that nobody sees (`hideintro`) only the scripts count.
        verified = page.verify is not None and not page.hidden
        if verified and page.id not in opted_out:
            title = "check fails before the step"
            items.append(Item(f"{page.id}/check-before", page.id, "check-before", title, _place(session, page.verify)))
        if not page.hidden:
            blocks = _blocks(session, page)
            items += [*blocks, *_output(page, blocks, outputs), *_quizzes(session, page)]
        if verified:
            title = "check passes after the step"
            items.append(Item(f"{page.id}/check-after", page.id, "check-after", title, _place(session, page.verify)))
        if page.kind == "step" and page.number == last_step:
            items += [
                _check_again(session, page, earlier)
                for earlier in scenario.pages
                if earlier.verify is not None and earlier.kind == "step" and earlier.number < last_step
            ]
        pages.append(PagePlan(page, tuple(items)))
    pages = list(_of_part(pages, part))
    cleanup = Item("cleanup", "", "cleanup", "clean-up") if cleanup_script(scenario) is not None else None
    backgrounds = tuple(
        Item(
            f"{page.id}/background",
            page.id,
            "background",
            f"background script of {page.id}",
            _place(session, page.background),
        )
        for page in (planned.page for planned in pages)
        if page.background is not None
    )
    return Plan(tuple(pages), backgrounds, cleanup)


def _of_part(pages: list[PagePlan], part: Part) -> Iterator[PagePlan]:
    """The pages that are opened, each with its items that belong to the part."""
    judged = not part.first
    for plan in pages:
        judged = judged or plan.page.id == part.first
        items = plan.items if judged and not part.only else tuple(item for item in plan.items if item.kind in _DONE)
        named = part.only or part.left_out
        blocks = [item.id for item in items if item.kind == "block"]
        if named and plan.page.id == part.first and named not in blocks:
            known = ", ".join(blocks) or "no block that is run"
            raise NoSuchPart(f"--only {named}: there is no such block. {plan.page.id} has {known}.")
        if part.only and judged:
            items = tuple(item for item in items if item.kind == "foreground" or item.id == part.only)
        yield PagePlan(plan.page, items)
        if plan.page.id == part.last:
            return


def _check_again(session: Session, page: Page, earlier: Page) -> Item:
    title = f"check of {earlier.id} still passes"
    return Item(f"{earlier.id}/check-again", page.id, "check-again", title, _place(session, earlier.verify))


def _place(session: Session, script: Path | None) -> str:
    """Where a script stands: its first line."""
    return "" if script is None else f"{script.relative_to(session.scenario.root.resolve()).as_posix()}:1"


def _blocks(session: Session, page: Page) -> list[Item]:
    """What the page does; of a step with a check that leaves everything to the learner, what its solution does."""
    items = _items(session, page, page.id)
    if not items and page.answer is not None and page.verify is not None:
        items = _items(session, page, f"{page.id}-answer")
    return items


def _output(page: Page, blocks: list[Item], outputs: Outputs | None) -> list[Item]:
    if outputs is None or page.text is None or not any(is_compared(item.block) for item in blocks):
        return []
    name = outputs.name(page)
    title = f"output is written to {name}" if outputs.mode == "record" else f"output is as in {name}"
    return [Item(f"{page.id}/output", page.id, "output", title, f"{name}:1")]


def is_compared(block: Block | None) -> bool:
    """Whether what the block prints is recorded and compared."""
    return block is not None and block.action == "execute" and not block.directives.output_varies


def _quizzes(session: Session, page: Page) -> list[Item]:
    file = _file(session, page.id)
    return [
        Item(quiz.id, page.id, "quiz", quiz.question, f"{file}:{quiz.line}")
        for quiz in session.texts.quizzes(page.id)
    ]


def _file(session: Session, name: str) -> str:
    """The file of a page's text, below the scenario's folder."""
    text = session.texts.path(name)
    return "" if text is None else str(text.relative_to(session.scenario.root.resolve()))


def _items(session: Session, page: Page, name: str) -> list[Item]:
    file = _file(session, name)
    return [
        Item(block.id, page.id, "block", _title(block), f"{file}:{block.line}", block)
        for block in session.texts.blocks(name)
        if block.action in ("execute", "file")
    ]


def _title(block: Block) -> str:
    return f"write {block.filename}" if block.action == "file" else first_line(block)
