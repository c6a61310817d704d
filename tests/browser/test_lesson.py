"""Pages: a learner's way through a lesson."""

from __future__ import annotations

import re
import shutil

from playwright.sync_api import expect

from .conftest import Opener, Player
from .steps import block, eventually, go_to_step_1, run, screen, type_into


def test_learner_gets_through_with_the_mouse_alone(play: Player, open_page: Opener) -> None:
    player = play()
    page = open_page(player)
    expect(page.locator(".cover h1")).to_have_text("Grow a garden")
    expect(page.locator(".facts")).to_contain_text("5 minutes")
    go_to_step_1(page)
    run(page, 1)
    expect(block(page, 1)).to_have_attribute("data-state", "ok")
    page.locator('[data-do="check"]').click()
    expect(page.locator("[data-outcome]")).to_have_attribute("data-outcome", "passed")
    page.locator('#bar [data-do="next"]').click()
    run(page, 1, step=2)
    expect(block(page, 1, step=2)).to_have_attribute("data-state", "ok")
    page.locator('[data-do="check"]').click()
    expect(page.locator("[data-outcome]")).to_have_attribute("data-outcome", "passed")
    page.locator('#bar [data-do="next"]').click()
    run(page, 1, step=3)
    expect(screen(page)).to_contain_text("42 plants")
    command = block(page, 2, step=3).locator("pre")
    # No part of the long command is out of sight, on a phone neither.
    hidden = "pre => pre.scrollWidth - pre.clientWidth"
    eventually(page, lambda: command.evaluate(hidden), lambda pixels: pixels <= 0)
    page.set_viewport_size({"width": 390, "height": 800})
    page.get_by_role("tab", name="Lesson", exact=True).click()
    expect(command).to_be_visible()
    eventually(page, lambda: command.evaluate(hidden), lambda pixels: pixels <= 0)
    page.locator('#bar [data-do="next"]').click()
    expect(page.locator(".finished")).to_be_visible()
    assert (player.home / "north" / "water").read_text() == "wet\n"


def test_intro_shows_how_the_preparation_goes(play: Player, open_page: Opener) -> None:
    player = play()
    page = open_page(player)
    preparation = page.locator("#preparation")
    expect(preparation).to_contain_text("Preparing your environment")
    expect(preparation).to_contain_text("digging the beds")
    (player.home / "go").touch()
    expect(preparation).to_contain_text("Your environment is ready")


def test_script_that_fails_is_told_on_its_page(play: Player, open_page: Opener) -> None:
    player = play()
    player.stop()
    index = player.root / "index.json"
    index.write_text(index.read_text().replace('"hint": "hint1.md"', '"background": "sow.sh"'))
    (player.root / "sow.sh").write_text("echo no seeds; exit 4\n")
    (player.root / "prepare.sh").write_text("echo the ground is frozen; exit 3\n")
    shutil.rmtree(player.workspace)
    player.start()
    page = open_page(player)
    preparation = page.locator("#preparation")
    expect(preparation).to_contain_text("Preparing the environment failed")
    log = player.workspace / "logs" / "background-intro.log"
    expect(preparation).to_contain_text(f"prepare.sh ended with status 3. Its log is {log}. “Start over” in the menu")
    go_to_step_1(page)
    expect(preparation).to_contain_text("sow.sh ended with status 4.")
    page.locator('[data-do="back"]').click()
    expect(preparation).to_contain_text("prepare.sh ended with status 3.")


def test_foreground_script_runs_in_the_learners_shell(play: Player, open_page: Opener) -> None:
    page = open_page(play())
    expect(screen(page)).to_contain_text("the garden is yours")


def test_markdown_tables_pictures_and_links(play: Player, open_page: Opener) -> None:
    page = open_page(play())
    expect(page.locator("#lesson table td").first).to_have_text("north")
    expect(page.locator('#lesson img[src^="blob:"]')).to_be_visible()
    link = page.locator('#lesson a[href="https://example.com/almanac"]')
    expect(link).to_have_attribute("target", "_blank")
    expect(link).to_have_attribute("rel", re.compile("noopener"))


def test_script_in_the_authors_html_never_runs(play: Player, open_page: Opener) -> None:
    page = open_page(play())
    expect(page.locator("#lesson table")).to_be_visible()
    expect(page).not_to_have_title(re.compile("owned"))
    expect(page.locator("#lesson script, #lesson [onerror], #lesson [data-block]")).to_have_count(0)


def test_back_and_progress_go_to_pages_that_are_open(play: Player, open_page: Opener) -> None:
    page = open_page(play())
    go_to_step_1(page)
    page.locator('[data-do="back"]').click()
    expect(page.locator("#lesson")).to_have_attribute("data-page", "intro")
    page.locator('.stop[data-page="step1"]').click()
    expect(page.locator("#lesson")).to_have_attribute("data-page", "step1")
    expect(page.locator('.stop[data-page="step2"]')).to_have_attribute("aria-disabled", "true")


def test_double_click_goes_one_page(play: Player, open_page: Opener) -> None:
    page = open_page(play("garden", "--instructor"))
    opened: list[str] = []
    page.on("request", lambda request: opened.append(request.url) if request.url.endswith("/open") else None)
    go_to_step_1(page)
    page.locator('[data-do="skip"]').click()
    expect(page.locator("#lesson")).to_have_attribute("data-page", "step2")
    for button, to in (("back", "step1"), ("back", "intro"), ("next", "step1"), ("next", "step2")):
        opened.clear()
        page.locator(f'[data-do="{button}"]').dblclick()
        expect(page.locator("#lesson")).to_have_attribute("data-page", to)
        assert [url.split("/")[-2] for url in opened] == [to]


def test_button_that_is_drawn_anew_while_it_is_pressed_gets_its_click(play: Player, open_page: Opener) -> None:
    player = play()
    page = open_page(player)
    go_to_step_1(page)
    page.locator('#bar [data-do="back"]').hover()
    page.mouse.down()
    page.request.post(
        f"http://127.0.0.1:{player.port}/api/lessons/lesson/pages/step1/check",
        headers={"Authorization": f"Bearer {player.token}"},
    )
    expect(page.locator("[data-outcome]")).to_have_attribute("data-outcome", "failed")
    page.mouse.up()
    expect(page.locator("#lesson")).to_have_attribute("data-page", "intro")
    expect(page.locator('#bar [data-do="next"]')).to_contain_text("Start")


def test_service_address_becomes_a_plain_local_link(play: Player, open_page: Opener) -> None:
    page = open_page(play("garden", "--instructor"))
    go_to_step_1(page)
    page.locator('[data-do="skip"]').click()
    expect(page.get_by_role("link", name="the meadow")).to_have_attribute(
        "href", re.compile(r"^http://127\.0\.0\.1:8123")
    )


def test_services_that_were_started_are_in_the_menu(play: Player, open_page: Opener) -> None:
    page = open_page(play())
    page.locator("#menu-button").click()
    services = page.locator('[data-row="services"]')
    expect(services).to_contain_text("None is listening yet.")
    page.keyboard.press("Escape")
    type_into(page, "python3 -u -m http.server --bind 127.0.0.1 0")
    expect(screen(page)).to_contain_text("Serving HTTP")
    page.locator("#menu-button").click()
    link = services.get_by_role("link")
    expect(link).to_have_attribute("href", re.compile(r"^http://127\.0\.0\.1:\d+/$"))
    with page.context.expect_page() as opened:
        link.click()
    expect(opened.value.get_by_role("link", name="seeds.txt")).to_be_visible()


def test_page_text_comes_in_the_readers_language_with_fallback(play: Player, open_page: Opener) -> None:
    german = {"LC_ALL": "", "LC_MESSAGES": "", "LANG": "de_AT.UTF-8"}
    page = open_page(play("garden", "--instructor", environment=german))
    go_to_step_1(page)
    expect(page.locator("#lesson h1")).to_have_text("Plant")
    page.locator('[data-do="skip"]').click()
    expect(page.locator("#lesson h1")).to_have_text("Gießen")
