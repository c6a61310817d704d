"""Fast-forward, starting over, author mode, and sentences where something is broken."""

from __future__ import annotations

import resource

from playwright.sync_api import Page, expect

from .conftest import Opener, Play, Player
from .steps import block, go_to_step_1, run, screen, type_into


def forward_to(page: Page, target: str) -> None:
    page.locator("#menu-button").click()
    page.locator('[data-setting="forward"]').select_option(target)
    page.locator('[data-action="forward"]').click()


def simple_step_1(player: Play) -> None:
    """Leaves only the commands that succeed on step 1, so that fast-forward can pass it."""
    (player.root / "step1.md").write_text("# Plant\n\n```\nmkdir -p north\ncp seeds.txt north/\n```{{exec}}\n")


def test_fast_forward_does_the_steps_before(play: Player, open_page: Opener) -> None:
    player = play()
    simple_step_1(player)
    page = open_page(player)
    forward_to(page, "step3")
    expect(page.locator("#lesson")).to_have_attribute("data-page", "step3")
    expect(page.locator('[data-kind="forward"]')).to_have_count(0)
    assert (player.home / "north" / "water").exists()
    expect(page.locator('.stop[data-page="step2"]')).to_have_class("stop step passed")


def test_fast_forward_can_be_stopped(play: Player, open_page: Opener) -> None:
    player = play()
    (player.root / "step1.md").write_text("# Plant\n\n```\nsleep 600\n```{{exec}}\n")
    page = open_page(player)
    forward_to(page, "step3")
    expect(page.locator('[data-kind="forward"]')).to_contain_text("sleep 600")
    page.locator('[data-kind="forward"]').get_by_role("button", name="Stop").click()
    expect(page.locator('[data-kind="forward"]')).to_have_count(0)
    expect(page.locator("#lesson")).to_have_attribute("data-page", "step1")
    expect(page.locator("#tab-T1")).to_have_attribute("data-state", "prompt")


def test_fast_forward_stops_at_a_check_that_fails_and_says_why(play: Player, open_page: Opener) -> None:
    player = play()
    (player.root / "step1.md").write_text("# Plant\n\nNothing to run here.\n")
    page = open_page(player)
    forward_to(page, "step3")
    expect(page.locator('[data-kind="notice"]')).to_contain_text("The north bed is empty")
    expect(page.locator("#lesson")).to_have_attribute("data-page", "step1")


def test_starting_over_gives_a_fresh_home_and_the_first_page(play: Player, open_page: Opener) -> None:
    player = play()
    page = open_page(player)
    go_to_step_1(page)
    run(page, 1)
    expect(block(page, 1)).to_have_attribute("data-state", "ok")
    type_into(page, "touch left-over; clear")
    expect(screen(page)).not_to_contain_text("the garden is yours")
    assert not (player.workspace / "cleared").exists()
    page.locator('[data-do="check"]').click()
    expect(page.locator("#announcer")).to_have_text("Passed")
    page.locator("#menu-button").click()
    page.locator('[data-action="reset"]').click()
    page.locator('dialog [data-choice="yes"]').click()
    expect(page.locator("#lesson")).to_have_attribute("data-page", "intro")
    expect(page.locator('[data-kind="reset"]')).to_have_count(0)
    expect(page.locator("#announcer")).to_be_empty()
    assert (player.workspace / "cleared").exists(), "the scenario's clean-up saw no bed to clear"
    expect(screen(page)).to_contain_text("the garden is yours")  # by the new shell: the old screen was cleared
    type_into(page, "ls; echo listed-$((1 + 1))")
    expect(screen(page)).to_contain_text("listed-2")
    expect(screen(page)).to_contain_text("seeds.txt")
    expect(screen(page)).not_to_contain_text("left-over")


def test_author_sees_saved_changes_and_keeps_the_shell(play: Player, open_page: Opener) -> None:
    player = play("garden", "--watch")
    page = open_page(player)
    go_to_step_1(page)
    type_into(page, "kept=yes")
    (player.root / "step1.md").write_text("# Planting anew\n\nShort.\n")
    expect(page.locator("#lesson h1")).to_have_text("Planting anew")
    type_into(page, "echo kept is $kept")
    expect(screen(page)).to_contain_text("kept is yes")


def test_author_sees_lint_problems_at_their_line(play: Player, open_page: Opener) -> None:
    player = play("garden", "--watch")
    page = open_page(player)
    go_to_step_1(page)
    (player.root / "step1.md").write_text("# Plant\n\nSee:\n\n```\nls\n```{{exeucte}}\n")
    expect(page.locator(".problems")).to_contain_text("step1.md:7")


def test_author_sees_what_is_missing_on_the_page_it_belongs_to(play: Player, open_page: Opener) -> None:
    player = play("garden", "--watch")
    page = open_page(player)
    go_to_step_1(page)
    (player.root / "verify1.sh").rename(player.root / "verify")
    missing = page.locator(".problems .error")
    expect(missing).to_contain_text("verify1.sh does not exist.")
    (player.root / "verify").rename(player.root / "verify1.sh")
    expect(missing).to_have_count(0)
    (player.root / "step1.md").rename(player.root / "step")
    expect(page.locator(".page-error")).to_contain_text("step1.md does not exist. Create it, or correct the name.")
    (player.root / "step").rename(player.root / "step1.md")
    expect(page.locator("#lesson h1")).to_have_text("Plant")


def test_author_with_a_broken_index_keeps_the_last_good_page(play: Player, open_page: Opener) -> None:
    player = play("garden", "--watch")
    page = open_page(player)
    go_to_step_1(page)
    good = (player.root / "index.json").read_text()
    (player.root / "index.json").write_text(good.replace('"Plant"', '"Plant'))
    expect(page.locator('[data-kind="broken"]')).to_contain_text("index.json")
    expect(page.locator("#lesson h1")).to_have_text("Plant")
    (player.root / "index.json").write_text(good)
    expect(page.locator('[data-kind="broken"]')).to_have_count(0)


def test_author_adds_a_step_and_it_is_there(play: Player, open_page: Opener) -> None:
    player = play("garden", "--watch")
    page = open_page(player)
    expect(page.locator(".stop")).to_have_count(5)
    text = (player.root / "index.json").read_text()
    added = text.replace(
        '{"title": "Look around"', '{"title": "Weed", "text": "step3.md"},\n      {"title": "Look around"'
    )
    (player.root / "index.json").write_text(added)
    expect(page.locator(".stop")).to_have_count(6)


def test_missing_page_is_a_sentence(play: Player, open_page: Opener) -> None:
    player = play()
    (player.root / "step1.md").unlink()
    page = open_page(player)
    page.locator('#bar [data-do="next"]').click()
    expect(page.locator(".page-error")).to_contain_text("step1.md")


def test_progress_that_cannot_be_written_is_a_sentence(play: Player, open_page: Opener) -> None:
    player = play()
    page = open_page(player)
    go_to_step_1(page)
    # The kernel refuses every further write to a file, as it does when the disk is full.
    resource.prlimit(player.process.pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
    notice = page.locator('[data-kind="notice"]')
    for _ in range(2):  # one that was closed comes again with the next failure
        page.locator('[data-do="back"]').click()
        expect(notice).to_contain_text("cannot be saved")
        notice.get_by_role("button", name="Close").click()
        expect(notice).to_have_count(0)
    page.locator('[data-do="back"]').click()
    expect(notice).to_contain_text("cannot be saved")
    expect(page.locator("#lesson")).to_have_attribute("data-page", "step1")
    resource.prlimit(player.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    page.locator('[data-do="back"]').click()
    expect(page.locator("#lesson")).to_have_attribute("data-page", "intro")
    expect(notice).to_have_count(0)
