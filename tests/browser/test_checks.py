"""Checks and questions: what they say, what they offer, and what they hold back."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from .conftest import Opener, Player
from .steps import block, eventually, go_to_step_1, run

# Where the second column of each line of a reason begins, in pixels from the left.
COLUMNS = """() => [...document.querySelectorAll(".reason .line")].flatMap((line) => {
    const text = document.createRange();
    text.setStart(line.firstChild, line.textContent.search(/(?<=: +)[^ ]/));
    text.setEnd(line.firstChild, line.textContent.length - 1);
    return [...text.getClientRects()].filter((box) => box.width > 20).map((box) => Math.round(box.left));
})"""


def test_next_waits_for_the_check_and_says_why(play: Player, open_page: Opener) -> None:
    page = open_page(play())
    go_to_step_1(page)
    page.locator('#bar [data-do="next"]').click(force=True)  # it stays focusable, so that it can say why
    expect(page.locator("#notices")).to_contain_text("Run the check first")
    expect(page.locator("#lesson")).to_have_attribute("data-page", "step1")


def test_failed_check_gives_the_reason_and_tells_screen_readers(play: Player, open_page: Opener) -> None:
    page = open_page(play())
    go_to_step_1(page)
    page.locator('[data-do="check"]').click()
    expect(page.locator("[data-outcome]")).to_have_attribute("data-outcome", "failed")
    expect(page.locator(".reason")).to_have_text("The north bed is empty: copy seeds.txt into ~/north.")
    expect(page.locator(".hint")).to_have_text("Hint: The seeds are in your own folder.")
    expect(page.locator("#announcer")).to_contain_text("Not there yet. The north bed is empty")


def test_outcome_of_a_failed_check_can_be_closed(play: Player, open_page: Opener) -> None:
    page = open_page(play())
    go_to_step_1(page)
    outcome = page.locator("[data-outcome]")
    page.locator('[data-do="check"]').click()
    expect(outcome).to_have_attribute("data-outcome", "failed")
    outcome.get_by_role("button", name="Close").click()
    expect(outcome).to_have_count(0)
    expect(page.locator('[data-do="check"]')).to_be_focused()
    page.keyboard.press("Enter")
    expect(outcome).to_have_attribute("data-outcome", "failed")
    run(page, 4)
    expect(block(page, 4)).to_have_attribute("data-state", "failed")
    expect(outcome).to_have_count(0)


def test_columns_of_a_reason_stay_under_each_other(play: Player, open_page: Opener) -> None:
    player = play()
    reason = "Expected: a bed\nFound:    " + "weeds " * 30 + "\nTo do:    weed it"
    (player.root / "verify1.sh").write_text(f"printf '{reason}' > $VERIFICATION_FAILURE_REASON; exit 1\n")
    page = open_page(player)
    go_to_step_1(page)
    page.locator('[data-do="check"]').click()
    expect(page.locator(".reason")).to_contain_text("To do:    weed it")
    # Four, because the long line goes on in the next.
    eventually(page, lambda: page.evaluate(COLUMNS), lambda columns: len(columns) >= 4 and len(set(columns)) == 1)


def test_failed_check_offers_its_commands(play: Player, open_page: Opener) -> None:
    player = play()
    reason = "Expected: a bed\nFound:    `nothing`\nTo do:    `mkdir -p ~/north`, then `cp ~/seeds.txt ~/north/`"
    (player.root / "verify1.sh").write_text(
        f"[ -e ~/north/seeds.txt ] || {{ echo '{reason}' > $VERIFICATION_FAILURE_REASON; exit 1; }}\n"
    )
    page = open_page(player)
    go_to_step_1(page)
    page.locator('[data-do="check"]').click()
    offers = page.locator(".reason .offer")
    expect(offers.locator("code")).to_have_text(["mkdir -p ~/north", "cp ~/seeds.txt ~/north/"])
    for number in range(2):
        offers.nth(number).get_by_role("button", name="Run").click()
        expect(offers.nth(number)).to_have_attribute("data-state", "ok")
    page.locator('[data-do="check"]').click()
    expect(page.locator("[data-outcome]")).to_have_attribute("data-outcome", "passed")


def test_passed_check_lists_what_it_has_seen(play: Player, open_page: Opener) -> None:
    player = play()
    (player.root / "verify1.sh").write_text("echo '✓ The bed is dug'; echo '✓ The seeds are in it'\n")
    page = open_page(player)
    go_to_step_1(page)
    page.locator('[data-do="check"]').click()
    expect(page.locator(".verified li")).to_have_text(["The bed is dug", "The seeds are in it"])


def test_running_check_shows_elapsed_time(play: Player, open_page: Opener) -> None:
    player = play()
    page = open_page(player)
    go_to_step_1(page)
    (player.home / "slow").touch()
    page.locator('[data-do="check"]').click()
    expect(page.locator("#elapsed")).to_contain_text("Checking")
    expect(page.locator("#elapsed")).to_contain_text(re.compile(r"[1-9]\d* s"))
    (player.home / "checked").touch()
    expect(page.locator("[data-outcome]")).to_have_attribute("data-outcome", "failed")


def test_step_is_checked_again_by_itself_when_wanted(play: Player, open_page: Opener) -> None:
    page = open_page(play())
    go_to_step_1(page)
    page.locator("#menu-button").click()
    page.locator('[data-setting="auto"]').check()
    page.keyboard.press("Escape")
    run(page, 1)
    expect(page.locator("[data-outcome]")).to_have_attribute("data-outcome", "passed")


def test_instructor_can_skip_a_check(play: Player, open_page: Opener) -> None:
    page = open_page(play("garden", "--instructor"))
    go_to_step_1(page)
    page.locator('[data-do="skip"]').click()
    expect(page.locator("#lesson")).to_have_attribute("data-page", "step2")


def test_quizzes_hold_next_until_all_are_right(play: Player, open_page: Opener) -> None:
    page = open_page(play("quiz"))
    first, second, third = (page.locator(f'[data-quiz="step1-q{number}"]') for number in (1, 2, 3))
    first.get_by_label("cd").check()
    first.get_by_role("button", name="Answer").click()
    expect(first).to_contain_text("Not yet")
    first.get_by_label("pwd").check()
    first.get_by_role("button", name="Answer").click()
    expect(first).to_contain_text("Right")
    expect(page.locator('#bar [data-do="next"]')).to_have_attribute("aria-disabled", "true")
    second.get_by_label("ls").check()
    second.get_by_label("find").check()
    second.get_by_role("button", name="Answer").click()
    third.get_by_label("Your answer").fill("hi")
    third.get_by_role("button", name="Answer").click()
    page.locator('#bar [data-do="next"]:not([aria-disabled])').click()
    expect(page.locator("#lesson")).to_have_attribute("data-page", "finish")


def test_instructor_can_skip_questions(play: Player, open_page: Opener) -> None:
    page = open_page(play("quiz", "--instructor"))
    page.get_by_role("button", name="Skip the questions").click()
    expect(page.locator("#lesson")).to_have_attribute("data-page", "finish")
