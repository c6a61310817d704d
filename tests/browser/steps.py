"""What tests do on the page again and again."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, TypeVar

from playwright.sync_api import Frame, Locator, Page, expect

from ..waiting import PATIENCE

Value = TypeVar("Value")


def eventually(page: Page, read: Callable[[], Value], holds: Callable[[Value], bool]) -> Value:
    """What `read` gives once that holds. A page draws when it comes to it: what is read once may be out of date."""
    end = time.monotonic() + PATIENCE
    while not holds(value := read()):
        if time.monotonic() > end:
            raise AssertionError(f"in the end it was {value!r}")
        page.wait_for_timeout(20)  # unlike a sleep, lets Playwright answer the page meanwhile
    return value


def go_to_step_1(page: Page) -> None:
    page.locator('#bar [data-do="next"]').click()
    expect(page.locator("#lesson")).to_have_attribute("data-page", "step1")


def block(page: Page, number: int, step: int = 1) -> Locator:
    return page.locator(f'#lesson [data-block="step{step}-{number}"]')


def run(page: Page, number: int, step: int = 1) -> None:
    block(page, number, step).locator('[data-do="run"]').click()


def screen(page: Page, name: str = "T1") -> Locator:
    return page.locator(f"#panel-{name} .xterm-rows")


def type_into(page: Page, text: str, name: str = "T1") -> None:
    """Types into a terminal as a person would, Enter at the end."""
    page.locator(f"#panel-{name} textarea").focus()
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def box(of: Locator) -> dict[str, float]:
    """Where it is now, in pixels: x, y, width, height."""
    found = of.bounding_box()
    assert found is not None
    return {name: float(value) for name, value in found.items()}  # type: ignore[attr-defined]


def outcome_of(where: Page | Frame, script: str, argument: object) -> Any:
    """What a script of the test gives when it has ended in the page."""
    return where.evaluate(script, argument)


def everything(page: Page) -> str:
    """All that the terminal in front shows, through its copy button."""
    page.evaluate("navigator.clipboard.writeText('')")
    page.locator("#copy-terminal").click()
    return clipboard(page, bool)


def clipboard(page: Page, holds: Callable[[str], bool]) -> str:
    return eventually(page, lambda: str(page.evaluate("navigator.clipboard.readText()")), holds)


def is_focused(page: Page, selector: str) -> bool:
    return bool(page.evaluate("selector => document.activeElement?.matches(selector) ?? false", selector))


def tab_to(page: Page, selector: str) -> None:
    """Presses Tab until the focus is there, as a keyboard user does."""
    expect(page.locator(selector)).to_be_visible()
    for _ in range(60):
        page.keyboard.press("Tab")
        if is_focused(page, selector):
            return
    raise AssertionError(f"Tab never reaches {selector}")
