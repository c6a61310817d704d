"""Further lessons in a real browser, by their buttons: the pages that they serve open as tabs beside the terminals and
show data; and two lessons that are open at the same time, on one cluster, keep apart.

Pictures go to .e2e/browser.
"""

import re

import pytest
from playwright.sync_api import BrowserContext, FrameLocator, Page, expect

from tests.browser.conftest import Play

from .clicks import LONGEST_CHECK, PICTURES, ask_check, check, go_on, run_all, run_block

pytestmark = pytest.mark.timeout(7200)

# What each lesson's second step shows on the page of a service: where, and what is there when data has come.
SHOWN = {
    "more-metrics": ("#panels", re.compile("setosa.*versicolor.*virginica", re.DOTALL)),
    "more-tracing": ("body", re.compile("executor")),
    "more-payload-logging": ("#events", re.compile("virginica")),
}
SOON = 90_000  # milliseconds
MOST_OFFERS = 5
TEXT_WIDTH = """row => {
    const text = document.createRange();
    text.selectNodeContents(row);
    return text.getBoundingClientRect().width;
}"""


def enter(page: Page, player: Play, lesson: str) -> None:
    page.goto(player.address)
    page.locator(f'[data-lesson="{lesson}"] a').click()
    expect(page.locator("#lesson")).to_have_attribute("aria-busy", "false")


def frame(page: Page) -> FrameLocator:
    return page.frame_locator(".preview:not([hidden]) iframe")


def click_address(page: Page) -> None:
    """Clicks the last address in the terminal; it is not at the row's beginning."""
    named = re.compile("^(Dashboard|Traces|Search page): http")
    row = page.locator("#panel-T1 .xterm-rows > div").filter(has_text=named).last
    written = row.text_content() or ""
    inside = {"x": row.evaluate(TEXT_WIDTH) / len(written) * (written.index("http") + 4), "y": 8}
    row.hover(position=inside, force=True)
    expect(page.locator("#panel-T1 .xterm-cursor-pointer")).to_be_visible()
    row.click(position=inside, force=True)


@pytest.mark.parametrize("lesson", SHOWN)
def test_page_of_a_service_opens_as_a_tab_and_shows_data(player: Play, profile: BrowserContext, lesson: str) -> None:
    page = profile.new_page()
    enter(page, player, lesson)
    go_on(page, "step1")
    run_all(page)
    check(page)
    go_on(page, "step2")
    opened = False
    for block in page.locator("#lesson .hr-block").all():
        run_block(page, block)
        if not opened and "scripts/open-" in block.inner_text():
            opened = True
            click_address(page)
            where, data = SHOWN[lesson]
            expect(frame(page).locator(where)).to_contain_text(data, timeout=SOON)
            page.screenshot(path=PICTURES / f"{lesson}-tab.png")
            page.locator("#tab-T1").click()
    assert opened
    check(page)
    page.screenshot(path=PICTURES / f"{lesson}-passed.png")


def check_and_do_what_it_offers(page: Page) -> str:
    """Presses Check, and Run at what it offers, until it passes; all reasons on the way."""
    reasons = ""
    for _ in range(MOST_OFFERS):
        outcome = ask_check(page)
        if outcome.get_attribute("data-outcome") == "passed":
            return reasons
        reasons += outcome.inner_text()
        offer = page.locator(".reason .offer").first
        offer.get_by_role("button", name="Run").click()
        expect(offer).to_have_attribute("data-state", "ok", timeout=LONGEST_CHECK)
    raise AssertionError(reasons)


def test_two_lessons_in_two_tabs_of_the_browser_keep_apart(player: Play, profile: BrowserContext) -> None:
    pages = {name: profile.new_page() for name in ("metrics", "payload-logging")}
    for name, page in pages.items():
        enter(page, player, f"more-{name}")
        page.locator('.stop[data-page="step1"]').click()
        expect(page.locator("#lesson")).to_have_attribute("data-page", "step1")
        check_and_do_what_it_offers(page)
    # The other one has the port now: that is said, and its answers are not taken.
    for name, page in [*pages.items()] * 2:
        reasons = check_and_do_what_it_offers(page)
        assert "which another lesson has opened" in reasons
        page.screenshot(path=PICTURES / f"two-tabs-{name}.png")
