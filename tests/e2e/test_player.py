"""The course in a real browser, without the keyboard: the first lesson, every button in order; from its last page on
to a further lesson on the same cluster; and back to the clean-up.

Pictures of every page go to .e2e/browser, with a note of how many screens each page takes (screens.txt).
CHROMIUM=path names the browser.
"""

import math
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, ViewportSize, expect, sync_playwright

from tests.browser.conftest import CHROMIUM, QUIET, Play

pytestmark = pytest.mark.timeout(7200)

REPO = Path(__file__).parents[2]
PICTURES = REPO / ".e2e" / "browser"
CLUSTER = "seldon-iris-browser"
WINDOW: ViewportSize = {"width": 1280, "height": 800}
LARGER_WINDOW: ViewportSize = {"width": 1440, "height": 900}
# The first command waits until everything is fetched or built.
LONGEST_COMMAND = 2_400_000  # milliseconds
LONGEST_CHECK = 300_000
SCREENS = "lesson => lesson.scrollHeight / lesson.clientHeight"
SCROLL = "(lesson, screen) => lesson.scrollTo({top: screen * lesson.clientHeight, behavior: 'instant'})"


@pytest.fixture
def player() -> Iterator[Play]:
    """The lesson with a cluster, port and workspace of its own; all of it is removed again, whatever happens."""
    workspace = REPO / ".e2e" / "browser-workspace"
    clean = [sys.executable, str(REPO / "hack" / "clean.py"), CLUSTER]
    own = {"LESSON_CLUSTER": CLUSTER, "LESSON_PORT": "18965"}
    lesson = Play(REPO, workspace, [], {**os.environ, **own})
    subprocess.run(clean, check=True)  # what a killed run left
    lesson.start()
    try:
        yield lesson
    finally:
        lesson.stop()
        subprocess.run(clean, check=True)


@pytest.fixture
def page() -> Iterator[Page]:
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        shown = chromium.new_page(viewport=WINDOW)
        errors: list[str] = []
        shown.on("pageerror", lambda error: errors.append(str(error)))
        yield shown
        chromium.close()
    assert errors == []


def run_all(page: Page, first: int = 0) -> None:
    """Clicks the commands of the page in order, opening what is folded, and waits for each one's tick."""
    blocks = page.locator("#lesson .hr-block").all()
    assert blocks
    for block in blocks[first:]:
        folded = block.locator("xpath=ancestor::details[not(@open)]/summary")
        if folded.count():
            folded.click()
        block.locator('[data-do="run"]').click()
        expect(block).to_have_attribute("data-state", re.compile("ok|failed"), timeout=LONGEST_COMMAND)
        page.screenshot(path=PICTURES / f"{block.get_attribute('data-block')}.png")
        assert block.get_attribute("data-state") == "ok", f"{block.inner_text()}\n\n{terminal(page)}"


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


def check(page: Page) -> None:
    """Presses Check and waits until it has passed."""
    page.locator('#bar [data-do="check"]').click()
    outcome = page.locator("[data-outcome]")
    expect(outcome).to_be_visible(timeout=LONGEST_CHECK)
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


def play_canary(page: Page) -> None:
    """From the last page of the first lesson, by its link, through another one on the same cluster, and back to it."""
    page.locator("#lesson").get_by_role("link", name="canary rollouts").click()
    expect(page.locator("#lesson .cover h1")).to_have_text("Release a new model behind a canary")
    for step in ("step1", "step2", "step3"):
        do_step(page, step)
    go_on(page, "finish")
    page.get_by_role("link", name="Lessons").click()
    expect(page.locator('[data-lesson="lesson"]')).to_have_attribute("data-standing", "done")
    page.locator('[data-lesson="lesson"] a').click()
    expect(page.locator("#lesson")).to_have_attribute("data-page", "finish")
    expect(page.locator("#lesson")).to_have_attribute("aria-busy", "false")


def test_learner_gets_to_the_end_with_the_mouse_alone(player: Play, page: Page) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    for old in PICTURES.iterdir():
        old.unlink()
    page.goto(player.address)
    expect(page.locator("h2")).to_have_text(["Containerise", "Deploy", "Monitor"])
    page.screenshot(path=PICTURES / "home.png")
    page.locator(".go-on").click()
    expect(page.locator("#lesson img").first).to_have_attribute("src", re.compile("^blob:"))
    expect(page.locator("#preparation")).to_be_visible()
    look(page, "intro")
    for step in ("step1", "step2", "step3", "step4"):
        do_step(page, step)
    go_on(page, "finish")
    expect(page.locator(".finished")).to_contain_text("Every check passed")
    look(page, "finish")
    expect(page.locator('[data-do="next-lesson"]')).to_have_text("Next lesson: Deploy a model of your own")
    play_canary(page)
    run_all(page)
    assert "Deleted nodes" in terminal(page)
