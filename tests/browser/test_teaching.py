"""The presenter view, and the lesson on paper."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from .axe import findings
from .conftest import Opener, Player
from .steps import block, eventually, go_to_step_1, screen


def choose(page: Page, selector: str) -> None:
    page.locator("#menu-button").click()
    page.locator(f"#menu {selector}").click()


def test_a_presenter_goes_from_command_to_command_by_key(play: Player, open_page: Opener) -> None:
    page = open_page(play())
    go_to_step_1(page)
    choose(page, '[data-setting="presenter"]')
    page.keyboard.press("Escape")
    expect(block(page, 1)).to_be_visible()
    expect(block(page, 3)).to_be_hidden()
    expect(page.locator("#lesson")).to_have_css("font-size", "24px")
    page.keyboard.press("PageDown")
    expect(block(page, 1)).to_be_hidden()
    # A presenter's remote works wherever the focus is, in a terminal, too.
    page.locator("#panel-T1 textarea").focus()
    page.keyboard.press("PageUp")
    expect(block(page, 1)).to_be_visible()
    page.keyboard.press("Enter")
    expect(screen(page)).to_contain_text("mkdir -p north")
    eventually(page, lambda: findings(page), lambda found: found == [])
    page.keyboard.press("PageUp")
    expect(page.locator("#lesson")).to_have_attribute("data-page", "intro")
    page.reload()
    expect(page.locator("#presenter output")).to_contain_text(" of ")
    choose(page, '[data-setting="presenter"]')
    expect(page.locator("#presenter")).to_have_count(0)
    expect(page.locator(".elsewhere")).to_have_count(0)


def test_on_paper_is_each_open_page_and_nothing_else(play: Player, open_page: Opener) -> None:
    page = open_page(play())
    page.evaluate("window.print = () => document.body.setAttribute('data-printed', 'yes')")
    go_to_step_1(page)
    choose(page, '[data-action="print"]')
    expect(page.locator("body")).to_have_attribute("data-printed", "yes")
    page.emulate_media(media="print")
    expect(page.locator("#print")).to_contain_text("Put the seeds into the north bed:")
    expect(page.locator("#print")).to_contain_text("more pages open as the lesson goes on")
    for rest in ("#split", "#top"):
        expect(page.locator(rest)).to_be_hidden()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(page.locator("#print")).to_have_count(0)
