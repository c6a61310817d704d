"""The way of a learner who only clicks, through a real lesson in a real browser."""

import math
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import BrowserContext, Locator, Page, ViewportSize, expect, sync_playwright

from tests.browser.conftest import CHROMIUM, QUIET

PICTURES = Path(__file__).parents[2] / ".e2e" / "browser"
WINDOW: ViewportSize = {"width": 1280, "height": 800}
LARGER_WINDOW: ViewportSize = {"width": 1440, "height": 900}
# The first command waits until everything is fetched or built.
LONGEST_COMMAND = 2_400_000  # milliseconds
LONGEST_CHECK = 300_000
SCREENS = "lesson => lesson.scrollHeight / lesson.clientHeight"
SCROLL = "(lesson, screen) => lesson.scrollTo({top: screen * lesson.clientHeight, behavior: 'instant'})"


@contextmanager
def browser() -> Iterator[BrowserContext]:
    """A new profile of Chromium; fails in the end when a page of it logged an error."""
    errors: list[str] = []
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        profile = chromium.new_context(viewport=WINDOW)
        profile.on("weberror", lambda error: errors.append(str(error.error)))
        yield profile
        chromium.close()
    assert errors == []


def run_block(page: Page, block: Locator) -> None:
    """Clicks a command, opening what is folded, and waits for its tick."""
    folded = block.locator("xpath=ancestor::details[not(@open)]/summary")
    if folded.count():
        folded.click()
    block.locator('[data-do="run"]').click()
    expect(block).to_have_attribute("data-state", re.compile("ok|failed"), timeout=LONGEST_COMMAND)
    page.screenshot(path=PICTURES / f"{block.get_attribute('data-block')}.png")
    assert block.get_attribute("data-state") == "ok", f"{block.inner_text()}\n\n{terminal(page)}"


def run_all(page: Page, first: int = 0) -> None:
    """Clicks the commands of the page in order, and waits for each one's tick."""
    blocks = page.locator("#lesson .hr-block").all()
    assert blocks
    for block in blocks[first:]:
        run_block(page, block)


def write_the_class(page: Page) -> None:
    """Does in the editor what the solution's first command does: opens the class by a click, writes it anew, saves."""
    solution = page.locator("#lesson .hr-block").first.locator("pre").text_content() or ""
    page.locator('#lesson [data-do="open"]').click()
    text = page.locator("#panel-editor .cm-content")
    expect(text).to_contain_text("predict_proba")
    text.focus()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(solution.partition("\n")[2].rpartition("EOF")[0])
    page.keyboard.press("Control+s")
    expect(page.locator(".editor-bar")).to_contain_text("Saved")
    page.screenshot(path=PICTURES / "step4-editor.png")


def ask_check(page: Page) -> Locator:
    """Presses Check and waits for what comes of it."""
    page.locator('#bar [data-do="check"]').click()
    # The last one's outcome may still be there.
    expect(page.locator(".outcome.running")).to_be_visible()
    outcome = page.locator("[data-outcome]")
    expect(outcome).to_be_visible(timeout=LONGEST_CHECK)
    return outcome


def check(page: Page) -> None:
    """Presses Check and waits until it has passed."""
    outcome = ask_check(page)
    assert outcome.get_attribute("data-outcome") == "passed", outcome.inner_text()


def go_on(page: Page, to: str) -> None:
    page.locator('#bar [data-do="next"]').click()
    expect(page.locator("#lesson")).to_have_attribute("data-page", to)
    expect(page.locator("#lesson")).to_have_attribute("aria-busy", "false")


def look(page: Page, name: str) -> None:
    """Notes how many screens the page takes in each window, then takes a picture of each screen."""
    lesson = page.locator("#scroller")
    for window in (LARGER_WINDOW, WINDOW):
        page.set_viewport_size(window)
        with (PICTURES / "screens.txt").open("a") as note:
            note.write(f"{name}: {lesson.evaluate(SCREENS):.1f} screens of {window['width']}x{window['height']}\n")
    for screen in range(math.ceil(lesson.evaluate(SCREENS))):
        lesson.evaluate(SCROLL, screen)
        page.screenshot(path=PICTURES / f"{name}-screen{screen + 1}.png")
    lesson.evaluate(SCROLL, 0)


def terminal(page: Page) -> str:
    return page.locator("#panel-T1 .xterm-rows").inner_text()


def do_step(page: Page, step: str) -> None:
    """Goes on to a step, runs all of it and passes its check."""
    go_on(page, step)
    look(page, step)
    is_exercise = page.locator('#lesson [data-do="open"]').count() > 0
    if is_exercise:
        write_the_class(page)
    run_all(page, 1 if is_exercise else 0)
    check(page)
    expect(page.locator(f'.stop[data-page="{step}"]')).to_have_class(re.compile("passed"))
    page.screenshot(path=PICTURES / f"{step}-passed.png")
