"""A command whose terminal is busy: asked about, put off, or typed into what runs there."""

from __future__ import annotations

from playwright.sync_api import expect

from .conftest import Opener, Player
from .steps import block, go_to_step_1, run, screen, type_into


def test_busy_terminal_asks_and_another_terminal_is_opened(play: Player, open_page: Opener) -> None:
    page = open_page(play())
    go_to_step_1(page)
    run(page, 5)
    expect(screen(page)).to_contain_text("waiting")
    run(page, 1)
    expect(page.locator("dialog")).to_contain_text("T1 is busy")
    page.locator('dialog [data-choice="other"]').click()
    expect(block(page, 1)).to_have_attribute("data-state", "ok")
    expect(page.locator("#tab-T2")).to_have_attribute("aria-selected", "true")
    expect(block(page, 5)).to_have_attribute("data-state", "running")


def test_command_can_wait_until_its_terminal_is_free(play: Player, open_page: Opener) -> None:
    page = open_page(play())
    go_to_step_1(page)
    run(page, 5)
    expect(screen(page)).to_contain_text("waiting")
    run(page, 1)
    expect(page.locator('dialog [data-choice="wait"]')).to_be_focused()
    page.keyboard.press("Enter")
    expect(block(page, 1)).to_contain_text("Waits for T1")
    run(page, 1)  # taken back
    expect(block(page, 1).locator('[data-do="run"]')).to_have_text("Run")
    run(page, 4)
    page.locator('dialog [data-choice="wait"]').click()
    expect(block(page, 4)).to_have_attribute("data-state", "waiting")
    expect(block(page, 5)).to_have_attribute("data-state", "running")
    page.locator("#panel-T1 textarea").focus()
    page.keyboard.press("Control+d")
    expect(block(page, 4)).to_contain_text("Exit status 3")
    expect(block(page, 5)).to_have_attribute("data-state", "ok")
    expect(screen(page)).not_to_contain_text("cp seeds")


def test_command_that_waits_is_forgotten_with_its_terminal(play: Player, open_page: Opener) -> None:
    player = play()
    page = open_page(player)
    go_to_step_1(page)
    page.locator("#new-terminal").click()
    type_into(page, "echo wai''ting; cat", "T2")
    expect(screen(page, "T2")).to_contain_text("waiting")
    run(page, 1)
    page.locator('dialog [data-choice="wait"]').click()
    expect(block(page, 1)).to_contain_text("Waits for T2")
    page.get_by_role("button", name="Close T2").click()
    page.locator('dialog [data-choice="yes"]').click()
    expect(block(page, 1).locator('[data-do="run"]')).to_have_text("Run")
    assert not (player.home / "north").exists()


def test_question_about_a_busy_terminal_runs_nothing_by_itself(play: Player, open_page: Opener) -> None:
    player = play()
    page = open_page(player)
    go_to_step_1(page)
    type_into(page, "echo wai''ting; until [ -e ~/free ]; do sleep 0.02; done")
    expect(screen(page)).to_contain_text("waiting")
    run(page, 1)
    expect(page.locator("dialog")).to_contain_text("T1 is busy")
    (player.home / "free").touch()
    expect(page.locator("dialog")).to_contain_text("T1 is free again")
    expect(page.locator("#tab-T1")).to_have_attribute("data-state", "prompt")
    page.keyboard.press("Escape")
    expect(page.locator("dialog")).to_have_count(0)
    type_into(page, "echo nothing-$((1 + 1))-else")
    expect(screen(page)).to_contain_text("nothing-2-else")
    assert not (player.home / "north").exists()


def test_question_about_a_terminal_that_is_free_again_runs_the_command(play: Player, open_page: Opener) -> None:
    player = play()
    page = open_page(player)
    go_to_step_1(page)
    type_into(page, "echo wai''ting; until [ -e ~/free ]; do sleep 0.02; done")
    expect(screen(page)).to_contain_text("waiting")
    run(page, 1)
    expect(page.locator("dialog")).to_be_visible()
    (player.home / "free").touch()
    expect(page.locator('dialog [data-choice="now"]')).to_be_focused()
    page.keyboard.press("Enter")
    expect(block(page, 1)).to_have_attribute("data-state", "ok")


def test_busy_terminal_can_be_interrupted_from_the_dialog(play: Player, open_page: Opener) -> None:
    page = open_page(play())
    go_to_step_1(page)
    run(page, 5)
    expect(screen(page)).to_contain_text("waiting")
    run(page, 1)
    page.locator('dialog [data-choice="interrupt"]').click()
    expect(block(page, 1)).to_have_attribute("data-state", "ok")
    expect(block(page, 5)).to_contain_text("Exit status 130")


def test_text_can_be_typed_into_the_running_program(play: Player, open_page: Opener) -> None:
    page = open_page(play())
    go_to_step_1(page)
    run(page, 5)
    expect(screen(page)).to_contain_text("waiting")
    run(page, 3)
    expect(screen(page, "T2")).to_contain_text("from the second terminal")
    page.locator("#tab-T1").click()
    run(page, 1)
    page.locator('dialog [data-choice="type"]').click()
    expect(block(page, 1)).to_have_attribute("data-state", "typed")
    expect(screen(page)).to_contain_text("cp seeds.txt north/")
