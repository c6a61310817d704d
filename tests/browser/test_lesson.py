"""Pages, commands, checks: a learner's way through a lesson."""

from __future__ import annotations

import re
import shutil

from playwright.sync_api import expect

from .conftest import Opener, Player
from .steps import block, clipboard, eventually, everything, go_to_step_1, run, screen, type_into

# Where the second column of each line of a reason begins, in pixels from the left.
COLUMNS = """() => [...document.querySelectorAll(".reason .line")].flatMap((line) => {
    const text = document.createRange();
    text.setStart(line.firstChild, line.textContent.search(/(?<=: +)[^ ]/));
    text.setEnd(line.firstChild, line.textContent.length - 1);
    return [...text.getClientRects()].filter((box) => box.width > 20).map((box) => Math.round(box.left));
})"""


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
    # No part of the long command is out of sight.
    eventually(page, lambda: command.evaluate("pre => pre.scrollWidth - pre.clientWidth"), lambda hidden: hidden <= 0)
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


def test_solution_opens_and_its_command_runs(play: Player, open_page: Opener) -> None:
    player = play("garden", "--instructor")
    page = open_page(player)
    go_to_step_1(page)
    page.locator('[data-do="skip"]').click()
    page.get_by_text("Show the solution").click()
    page.locator('[data-block="step2-answer-1"] [data-do="run"]').click()
    expect(page.locator('[data-block="step2-answer-1"]')).to_have_attribute("data-state", "failed")
    run(page, 1, step=2)


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


def test_page_text_comes_in_the_readers_language_with_fallback(play: Player, open_page: Opener) -> None:
    german = {"LC_ALL": "", "LC_MESSAGES": "", "LANG": "de_AT.UTF-8"}
    page = open_page(play("garden", "--instructor", environment=german))
    go_to_step_1(page)
    expect(page.locator("#lesson h1")).to_have_text("Plant")
    page.locator('[data-do="skip"]').click()
    expect(page.locator("#lesson h1")).to_have_text("Gießen")
