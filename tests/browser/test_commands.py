"""Commands of a page: run, stopped, run once, and what their marks say."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from .conftest import Opener, Player
from .steps import block, clipboard, everything, go_to_step_1, run, screen, type_into


def test_failing_command_shows_its_exit_status(play: Player, open_page: Opener) -> None:
    page = open_page(play())
    go_to_step_1(page)
    run(page, 4)
    expect(block(page, 4)).to_have_attribute("data-state", "failed")
    expect(block(page, 4)).to_contain_text("Exit status 3")


def test_block_with_a_command_that_failed_is_not_simply_done(play: Player, open_page: Opener) -> None:
    page = open_page(play())
    go_to_step_1(page)
    run(page, 10)
    expect(block(page, 10)).to_have_attribute("data-state", "partly")
    told = block(page, 10).get_by_role("button", name="Done, but command 1 of 2 ended with status 1")
    expect(told).to_have_accessible_description("cat no-such-file status 1 echo the last one is well status 0")
    statuses = block(page, 10).get_by_role("tooltip")
    expect(statuses).to_be_hidden()
    told.hover()
    expect(statuses).to_be_visible()
    page.mouse.move(0, 0)
    expect(statuses).to_be_hidden()
    told.focus()
    expect(statuses).to_contain_text("cat no-such-file")


def test_command_in_a_named_terminal_opens_it(play: Player, open_page: Opener) -> None:
    page = open_page(play())
    go_to_step_1(page)
    run(page, 3)
    expect(page.locator("#tab-T2")).to_have_attribute("aria-selected", "true")
    expect(screen(page, "T2")).to_contain_text("from the second terminal")


def test_running_command_shows_and_ctrl_c_block_stops_it(play: Player, open_page: Opener) -> None:
    page = open_page(play())
    go_to_step_1(page)
    run(page, 5)
    expect(block(page, 5)).to_have_attribute("data-state", "running")
    expect(page.locator("#tab-T1")).to_have_attribute("data-state", "running")
    run(page, 6)
    expect(block(page, 6)).to_have_attribute("data-state", "ok")
    expect(block(page, 5)).to_contain_text("Exit status 130")


def test_running_command_shows_for_how_long_and_can_be_stopped(play: Player, open_page: Opener) -> None:
    page = open_page(play())
    go_to_step_1(page)
    run(page, 5)
    expect(block(page, 5)).to_contain_text(re.compile(r"[1-9]\d* s"))
    stop = block(page, 5).get_by_role("button", name="Stop")
    stop.focus()
    page.keyboard.press("Enter")
    expect(block(page, 5)).to_contain_text("Exit status 130")
    expect(stop).to_have_count(0)
    expect(block(page, 5).locator('[data-do="run"]')).to_be_focused()


def test_stop_says_what_does_not_end_at_ctrl_c(play: Player, open_page: Opener) -> None:
    player = play()
    (player.root / "step1.md").write_text("# Deaf\n\n`trap '' INT; echo dea''f; read; exit 5`{{exec}}\n")
    page = open_page(player)
    go_to_step_1(page)
    page.get_by_role("button", name="trap").click()
    expect(screen(page)).to_contain_text("deaf")
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("button", name="Stopping …")).to_have_attribute("aria-disabled", "true")
    expect(page.locator("#notices")).to_contain_text("What runs in T1 goes on after Ctrl-C")
    expect(page.get_by_role("button", name="Stop", exact=True)).not_to_have_attribute("aria-disabled", "true")


def test_double_click_runs_a_command_once(play: Player, open_page: Opener) -> None:
    player = play()
    page = open_page(player)
    go_to_step_1(page)
    (player.root / "step1.md").write_text("# Once\n\n```\necho once >> ~/times\n```{{exec}}\n")
    page.reload()
    button = block(page, 1).locator('[data-do="run"]')
    button.dblclick()
    expect(block(page, 1)).to_have_attribute("data-state", "ok")
    button.focus()
    type_into(page, "echo twice-$((1 + 1))")
    expect(screen(page)).to_contain_text("twice-2")
    assert (player.home / "times").read_text() == "once\n"


def test_key_held_down_runs_a_command_once(play: Player, open_page: Opener) -> None:
    player = play()
    page = open_page(player)
    go_to_step_1(page)
    (player.root / "step1.md").write_text("# Once\n\n```\necho once >> ~/times\n```{{exec}}\n")
    page.reload()
    block(page, 1).locator('[data-do="run"]').focus()
    page.keyboard.down("Enter")
    expect(block(page, 1)).to_have_attribute("data-state", "ok")
    page.keyboard.down("Enter")  # what a keyboard sends again and again while the key is held
    page.keyboard.down("Enter")
    page.keyboard.up("Enter")
    type_into(page, "echo held-$((1 + 1))")
    expect(screen(page)).to_contain_text("held-2")
    assert (player.home / "times").read_text() == "once\n"


def test_clicks_on_a_running_command_do_nothing(play: Player, open_page: Opener) -> None:
    page = open_page(play())
    go_to_step_1(page)
    run(page, 5)
    expect(block(page, 5)).to_have_attribute("data-state", "running")
    for _ in range(2):
        block(page, 5).locator('[data-do="run"]').click(force=True)
    page.locator("#panel-T1 textarea").focus()
    page.keyboard.type("still cat")
    page.keyboard.press("Enter")
    expect(screen(page)).to_contain_text(re.compile("still cat\\s*still cat"))
    expect(page.locator("dialog")).to_have_count(0)
    page.keyboard.press("Control+d")
    expect(block(page, 5)).to_have_attribute("data-state", "ok")
    assert everything(page).count("waiting") == 2, "once in the command, once as what it prints"


def test_command_that_ends_the_shell_says_so_and_a_new_one_opens(play: Player, open_page: Opener) -> None:
    page = open_page(play())
    go_to_step_1(page)
    run(page, 8)
    expect(block(page, 8)).to_contain_text("The shell ended")
    run(page, 1)
    expect(block(page, 1)).to_have_attribute("data-state", "ok")


def test_copy_puts_the_exact_text_on_the_clipboard(play: Player, open_page: Opener) -> None:
    page = open_page(play())
    go_to_step_1(page)
    block(page, 1).locator('[data-do="copy"]').click()
    expect(page.locator("#announcer")).to_have_text("Copied")
    clipboard(page, lambda text: text.strip() == "mkdir -p north\ncp seeds.txt north/")


def test_command_inside_details_runs(play: Player, open_page: Opener) -> None:
    page = open_page(play())
    go_to_step_1(page)
    page.get_by_text("More", exact=True).click()
    page.get_by_role("button", name="echo inside").click()
    expect(screen(page)).to_contain_text("inside")


def test_solution_opens_and_its_command_runs(play: Player, open_page: Opener) -> None:
    player = play("garden", "--instructor")
    page = open_page(player)
    go_to_step_1(page)
    page.locator('[data-do="skip"]').click()
    page.get_by_text("Show the solution").click()
    page.locator('[data-block="step2-answer-1"] [data-do="run"]').click()
    expect(page.locator('[data-block="step2-answer-1"]')).to_have_attribute("data-state", "failed")
    run(page, 1, step=2)
