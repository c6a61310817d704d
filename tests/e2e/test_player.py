"""The course in a real browser, without the keyboard: the first lesson, every button in order; from its last page on
to a further lesson on the same cluster; and back to the clean-up.

Pictures of every page go to .e2e/browser, with a note of how many screens each page takes (screens.txt).
CHROMIUM=path names the browser.
"""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import Play

from .clicks import PICTURES, do_step, go_on, look, run_all, terminal

pytestmark = pytest.mark.timeout(7200)


def play_canary(page: Page) -> None:
    """From the last page of the first lesson, by its link, through another one on the same cluster, and back to it."""
    page.locator("#lesson").get_by_role("link", name="canary rollouts").click()
    expect(page.locator("#lesson .cover h1")).to_have_text("Release a new model behind a canary")
    for step in ("step1", "step2", "step3", "step4"):
        do_step(page, step)
    go_on(page, "finish")
    page.get_by_role("link", name="Lessons").click()
    expect(page.locator('[data-lesson="lesson"]')).to_have_attribute("data-standing", "done")
    page.locator('[data-lesson="lesson"] a').click()
    expect(page.locator("#lesson")).to_have_attribute("data-page", "finish")
    expect(page.locator("#lesson")).to_have_attribute("aria-busy", "false")


def test_learner_gets_to_the_end_with_the_mouse_alone(player: Play, profile: BrowserContext) -> None:
    page = profile.new_page()
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
