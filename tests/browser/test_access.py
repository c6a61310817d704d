"""Keyboard, screen readers, contrast, motion, narrow screens, other languages."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Route, expect

from .conftest import Opener, Player, new_context
from .steps import block, eventually, go_to_step_1, is_focused, screen, tab_to, type_into

# In the page: every visible piece of text, its colour and the first opaque ground behind it, as WCAG contrast.
CONTRAST = Path(__file__).with_name("contrast.js").read_text()
# The element that has the focus, when nothing shows that; else "".
UNSEEN_FOCUS = """() => {
    const focused = document.activeElement;
    const style = getComputedStyle(focused);
    const panel = focused.closest(".terminal-panel");
    const isSeen = panel ? getComputedStyle(panel).boxShadow !== "none"
        : style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    return isSeen ? "" : focused.outerHTML.slice(0, 200);
}"""
NAMELESS = """() => [...document.querySelectorAll("button, input, select, [role=tab], [role=separator]")]
    .filter((node) => node.checkVisibility()
        && !(node.textContent.trim() || node.ariaLabel || node.title || node.labels?.length))
    .map((node) => node.outerHTML)"""
# Every text and name of the interface that has letters and is not in the language nobody speaks.
PLAIN = """() => [...document.querySelectorAll("#top, #tabs, #bar, .block-bar, #menu, .outcome p, .views")]
    .flatMap((part) => [...part.querySelectorAll("*")])
    .filter((node) => node.checkVisibility())
    .flatMap((node) => [...node.childNodes].filter((child) => child.nodeType === 3).map((child) => child.data.trim())
        .concat([node.ariaLabel ?? "", node.title ?? ""]))
    .filter((text) => /[A-Za-z]{2}/.test(text) && !text.startsWith("["))"""
# How many pixels of the page lie outside the window to the right.
TOO_WIDE = "Math.max(0, document.documentElement.scrollWidth - innerWidth)"


def test_lesson_can_be_done_with_the_keyboard_alone(play: Player, open_page: Opener) -> None:
    page = open_page(play())
    tab_to(page, '[data-do="next"]')
    page.keyboard.press("Enter")
    expect(page.locator("#lesson")).to_have_attribute("data-page", "step1")
    expect(page.locator("#lesson")).to_be_focused()
    tab_to(page, '[data-block="step1-1"] [data-do="run"]')
    page.keyboard.press("Enter")
    expect(block(page, 1)).to_have_attribute("data-state", "ok")
    tab_to(page, '[data-do="check"]')
    page.keyboard.press("Space")
    expect(page.locator("[data-outcome]")).to_have_attribute("data-outcome", "passed")
    expect(page.locator('[data-do="check"]')).to_be_focused()


def test_f6_leaves_the_terminal_and_comes_back(play: Player, open_page: Opener) -> None:
    page = open_page(play())
    page.locator("#panel-T1 textarea").focus()
    page.keyboard.press("Tab")
    expect(page.locator("#panel-T1 textarea")).to_be_focused()  # Tab belongs to the shell
    page.keyboard.press("F6")
    expect(page.locator("#lesson")).to_be_focused()
    page.keyboard.press("F6")
    expect(page.locator("#panel-T1 textarea")).to_be_focused()


def test_question_mark_lists_the_keys(play: Player, open_page: Opener) -> None:
    page = open_page(play())
    page.keyboard.press("?")
    expect(page.locator("dialog")).to_contain_text("go from the lesson to the terminal and back")
    page.keyboard.press("Escape")
    expect(page.locator("dialog")).to_have_count(0)
    page.locator("#menu-button").click()
    page.get_by_role("button", name="Keyboard help").click()
    expect(page.get_by_role("button", name="Close", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    type_into(page, "echo why?")
    expect(page.locator("dialog")).to_have_count(0)


def test_skip_links_come_first(play: Player, open_page: Opener) -> None:
    page = open_page(play())
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the lesson")).to_be_focused()
    expect(page.get_by_role("link", name="Skip to the lesson")).to_be_in_viewport()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#panel-T1 textarea")).to_be_focused()


def test_focus_is_always_visible(play: Player, open_page: Opener) -> None:
    page = open_page(play())
    go_to_step_1(page)
    for _ in range(25):
        page.keyboard.press("Tab")
        eventually(page, lambda: page.evaluate(UNSEEN_FOCUS), lambda element: element == "")
        if is_focused(page, ".terminal-panel *"):
            break


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_all_text_has_enough_contrast(play: Player, open_page: Opener, theme: str) -> None:
    page = open_page(play())
    page.evaluate("theme => localStorage.setItem('handrail.settings', JSON.stringify({theme}))", theme)
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", theme)
    go_to_step_1(page)
    block(page, 4).locator('[data-do="run"]').click()
    expect(block(page, 4)).to_have_attribute("data-state", "failed")
    block(page, 10).locator('[data-do="run"]').click()
    expect(block(page, 10)).to_have_attribute("data-state", "partly")
    page.locator('[data-do="check"]').click()
    expect(page.locator("[data-outcome]")).to_have_attribute("data-outcome", "failed")
    eventually(page, lambda: page.evaluate(CONTRAST), lambda found: found == [])


def test_buttons_and_fields_have_names(play: Player, open_page: Opener) -> None:
    page = open_page(play())
    go_to_step_1(page)
    page.locator("#menu-button").click()
    eventually(page, page.locator("button:visible").count, lambda buttons: buttons > 5)
    eventually(page, lambda: page.evaluate(NAMELESS), lambda nameless: nameless == [])


def test_screen_reader_mode_puts_the_terminal_into_words(play: Player, open_page: Opener) -> None:
    page = open_page(play())
    page.locator("#menu-button").click()
    page.locator('[data-setting="reader"]').check()
    page.keyboard.press("Escape")
    expect(page.locator("#panel-T1 .xterm-accessibility")).to_contain_text("the garden is yours")


def test_nothing_turns_for_those_who_want_no_motion(play: Player, open_page: Opener) -> None:
    page = open_page(play())
    page.emulate_media(reduced_motion="reduce")
    expect(page.locator("#preparation .spinner")).to_be_visible()
    expect(page.locator("#preparation .spinner")).to_have_css("animation-name", "none")


def test_narrow_screen_has_tabs_instead_of_columns(play: Player, open_page: Opener) -> None:
    page = open_page(play())
    page.set_viewport_size({"width": 390, "height": 780})
    expect(page.locator("#lesson-pane")).to_be_visible()
    expect(page.locator("#work")).to_be_hidden()
    page.get_by_role("tab", name="Terminal", exact=True).click()
    expect(page.locator("#work")).to_be_visible()
    expect(screen(page)).to_contain_text("the garden is yours")
    eventually(page, lambda: page.evaluate(TOO_WIDE), lambda pixels: pixels == 0)


def test_running_a_command_on_a_narrow_screen_shows_its_terminal(play: Player, open_page: Opener) -> None:
    page = open_page(play())
    page.set_viewport_size({"width": 390, "height": 780})
    go_to_step_1(page)
    block(page, 1).locator('[data-do="run"]').click()
    expect(page.locator("#work")).to_be_visible()


def test_divider_moves_with_the_arrow_keys(play: Player, open_page: Opener) -> None:
    page = open_page(play())
    divider = page.get_by_role("separator")
    before = eventually(page, lambda: int(divider.get_attribute("aria-valuenow") or 0), bool)
    divider.focus()
    page.keyboard.press("ArrowRight")
    expect(divider).to_have_attribute("aria-valuenow", str(before + 2))


def in_pseudo(route: Route) -> None:
    """Serves the page's texts as a language nobody speaks."""
    answer = route.fetch()
    route.fulfill(response=answer, body=answer.text() + (Path(__file__).parent / "pseudo.js").read_text())


def test_every_text_of_the_interface_can_be_translated(play: Player, browser: Browser, open_page: Opener) -> None:
    context = new_context(browser)
    context.route("**/js/texts.js", in_pseudo)
    page = open_page(play(), at=context)
    go_to_step_1(page)
    page.locator('[data-do="check"]').click()
    expect(page.locator("[data-outcome]")).to_have_attribute("data-outcome", "failed")
    page.locator("#menu-button").click()
    expect(page.locator("#menu")).to_be_visible()
    # What comes from the scenario and from terminals' names stays as it is.
    eventually(page, lambda: page.evaluate(PLAIN), lambda plain: set(plain) <= {"Grow a garden", "T1", "T2"})
    eventually(page, lambda: page.evaluate(TOO_WIDE), lambda pixels: pixels == 0)
    context.close()
