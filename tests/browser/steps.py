"""What tests do on the page again and again."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect


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


def everything(page: Page) -> str:
    """All that the terminal in front shows, through its copy button."""
    page.locator("#copy-terminal").click()
    expect(page.locator("#announcer")).to_have_text("Copied")
    return str(page.evaluate("navigator.clipboard.readText()"))
