"""Reload, lost connection, restarted server, second tab: the learner is where they were."""

from __future__ import annotations

import re
import shutil
import signal
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from .conftest import CLIPBOARD, Opener, Player, new_context
from .proxy import CuttingProxy
from .steps import block, eventually, everything, go_to_step_1, run, screen, type_into

# The number of the last byte that the terminal has drawn, once it is another one.
DRAWN_SINCE = """before => {
    const drawn = document.getElementById("panel-T1").dataset.drawn;
    return drawn !== before && drawn;
}"""
SCROLLED = "document.querySelector('#scroller').scrollTop"


@pytest.fixture
def proxy() -> Iterator[CuttingProxy]:
    made = CuttingProxy()
    yield made
    made.close()


@pytest.fixture
def shaky(browser: Browser, proxy: CuttingProxy) -> Iterator[BrowserContext]:
    """A browser context whose network can be cut."""
    server = {"server": f"http://127.0.0.1:{proxy.port}", "bypass": "<-loopback>"}
    made = new_context(browser, permissions=CLIPBOARD, proxy=server)
    yield made
    made.close()


def test_reload_keeps_page_results_and_shell(play: Player, open_page: Opener) -> None:
    page = open_page(play())
    go_to_step_1(page)
    run(page, 1)
    expect(block(page, 1)).to_have_attribute("data-state", "ok")
    type_into(page, "kept=yes; echo shell is $((20 + 1))$((1 + 1))")
    expect(screen(page)).to_contain_text("shell is 212")
    page.reload()
    expect(block(page, 1)).to_have_attribute("data-state", "ok")
    expect(screen(page)).to_contain_text("shell is 212")
    type_into(page, "echo kept is $kept")
    expect(screen(page)).to_contain_text("kept is yes")


def test_address_bar_never_keeps_the_token(play: Player, open_page: Opener) -> None:
    player = play()
    page = open_page(player)
    expect(page).not_to_have_url(re.compile(re.escape(player.token)))


def test_lost_connections_lose_and_double_nothing(
    play: Player, open_page: Opener, shaky: BrowserContext, proxy: CuttingProxy
) -> None:
    player = play()
    page = open_page(player, at=shaky)
    type_into(page, "clear; for ((i = 1; ; i++)); do echo line $i; [ -e ~/enough ] && break; read -rst 0.01 _; done")
    drawn = ""
    for _ in range(5):  # in the middle of the output each time, and only after the last cut has been overcome
        drawn = str(eventually(page, lambda since=drawn: page.evaluate(DRAWN_SINCE, since), bool))
        proxy.cut()
    eventually(page, lambda: page.evaluate(DRAWN_SINCE, drawn), bool)
    (player.home / "enough").touch()
    expect(page.locator("#tab-T1")).to_have_attribute("data-state", "prompt")
    type_into(page, "echo last is $i")
    expect(screen(page)).to_contain_text(re.compile(r"last is \d"))
    shown = everything(page)
    last = re.search(r"^last is (\d+)$", shown, re.MULTILINE)
    assert last is not None
    numbers = [line for line in shown.splitlines() if line.startswith("line ")]
    assert numbers == [f"line {number}" for number in range(1, int(last[1]) + 1)]


def test_typing_during_a_cut_arrives_once(
    play: Player, open_page: Opener, shaky: BrowserContext, proxy: CuttingProxy
) -> None:
    player = play()
    page = open_page(player, at=shaky)
    type_into(page, "cat > typed; echo saved-$((1 + 1))")
    expect(page.locator("#tab-T1")).to_have_attribute("data-state", "running")
    words = [f"word{number}" for number in range(30)]
    for number, word in enumerate(words):
        if number % 10 == 5:
            proxy.cut()
        page.keyboard.type(word + " ")
    page.keyboard.press("Enter")
    page.keyboard.press("Control+d")
    expect(screen(page)).to_contain_text("saved-2")
    assert (player.home / "typed").read_text().split() == words


def test_page_says_that_it_waits_for_the_connection(
    play: Player, open_page: Opener, shaky: BrowserContext, proxy: CuttingProxy
) -> None:
    page = open_page(play(), at=shaky)
    expect(screen(page)).to_contain_text("the garden is yours")
    proxy.broken = True
    proxy.cut()
    expect(page.locator('[data-kind="connection"]')).to_be_visible()
    proxy.broken = False
    expect(page.locator('[data-kind="connection"]')).to_have_count(0)


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGKILL])
def test_restarted_server_finds_the_tab_signed_in(play: Player, open_page: Opener, signum: int) -> None:
    player = play()
    page = open_page(player)
    go_to_step_1(page)
    run(page, 1)
    expect(block(page, 1)).to_have_attribute("data-state", "ok")
    page.locator('[data-do="check"]').click()
    expect(page.locator("[data-outcome]")).to_have_attribute("data-outcome", "passed")
    player.stop(signum)
    expect(page.locator('[data-kind="connection"]')).to_be_visible()
    player.start(player.port)
    expect(page.locator('[data-kind="connection"]')).to_have_count(0)
    expect(page.locator("#lesson")).to_have_attribute("data-page", "step1")
    expect(page.locator('.stop[data-page="step1"]')).to_have_class("stop step current passed")
    expect(screen(page)).to_contain_text("this is a new shell")
    expect(screen(page)).to_contain_text("the text above is from before the restart")
    type_into(page, "cat north/seeds.txt")
    expect(screen(page)).to_contain_text("tomato beans")


def test_every_tab_goes_on_with_a_restarted_server(play: Player, open_page: Opener) -> None:
    player = play()
    one, two = open_page(player), open_page(player)
    go_to_step_1(one)
    run(two, 3)
    for page in (one, two):
        expect(page.locator("#tab-T2")).to_be_visible()
    player.stop(signal.SIGKILL)
    for page in (one, two):
        expect(page.locator('[data-kind="connection"]')).to_be_visible()
    player.start(player.port)
    for page in (one, two):
        expect(page.locator('[data-kind="connection"]')).to_have_count(0)
        expect(page.locator("#tab-T2")).to_be_visible()
        expect(screen(page)).to_contain_text("this is a new shell")
        expect(page.locator("#lesson")).to_have_attribute("data-page", "step1")
    one.locator("#tab-T2").click()
    type_into(two, "echo from tab $((1 + 1))", "T2")
    expect(screen(one, "T2")).to_contain_text("from tab 2")
    expect(screen(one, "T2")).to_contain_text("from the second terminal")


def test_server_killed_while_a_command_runs(play: Player, open_page: Opener) -> None:
    player = play()
    page = open_page(player)
    go_to_step_1(page)
    run(page, 1)
    expect(block(page, 1)).to_have_attribute("data-state", "ok")
    run(page, 5)
    expect(screen(page)).to_contain_text("waiting")
    player.stop(signal.SIGKILL)
    expect(page.locator('[data-kind="connection"]')).to_contain_text("Connection lost")
    expect(page.locator("#panel-T1 .terminal-note")).to_have_text("Reconnecting …")
    player.start(player.port)
    expect(page.locator('[data-kind="connection"]')).to_have_count(0)
    expect(page.locator("#panel-T1 .terminal-note")).to_be_hidden()
    expect(screen(page)).to_contain_text("this is a new shell; what ran in the old one has ended")
    expect(block(page, 1)).to_have_attribute("data-state", "ok")
    expect(block(page, 5)).not_to_have_attribute("data-state", "running")
    run(page, 4)
    expect(block(page, 4)).to_contain_text("Exit status 3")


def test_two_tabs_show_one_session(play: Player, open_page: Opener) -> None:
    player = play()
    one, two = open_page(player), open_page(player)
    go_to_step_1(one)
    expect(two.locator("#lesson")).to_have_attribute("data-page", "step1")
    type_into(two, "echo from tab $((1 + 1))")
    expect(screen(one)).to_contain_text("from tab 2")
    run(one, 1)
    expect(block(two, 1)).to_have_attribute("data-state", "ok")


def test_two_plays_of_one_scenario_stand_side_by_side(play: Player, open_page: Opener) -> None:
    one, two = play(), play()
    assert one.port != two.port
    first, second = open_page(one), open_page(two)
    type_into(first, "touch mine")
    type_into(second, "ls; echo listed-$((1 + 1))")
    expect(screen(second)).to_contain_text("listed-2")
    expect(screen(second)).not_to_contain_text("mine")


def test_tab_without_the_token_is_told_how_to_sign_in(play: Player, context: BrowserContext) -> None:
    player = play()
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{player.port}/")
    expect(page.get_by_role("alert")).to_contain_text("not signed in")


def test_tab_of_another_lesson_says_so(play: Player, open_page: Opener) -> None:
    player = play()
    page = open_page(player)
    player.stop()
    expect(page.locator('[data-kind="connection"]')).to_be_visible()
    other = play("quiz")
    other.stop()
    other.start(player.port)
    expect(page.get_by_role("alert")).to_contain_text("Another lesson runs here now")
    expect(page.get_by_role("alert")).to_contain_text("“Grow a garden”")


def test_a_smaller_window_says_that_it_takes_room(play: Player, open_page: Opener) -> None:
    player = play()
    wide = open_page(player)
    note = wide.locator("#panel-T1 .terminal-smaller")
    expect(screen(wide)).to_contain_text("$")
    expect(note).to_be_hidden()
    narrow = open_page(player)
    narrow.set_viewport_size({"width": 1000, "height": 800})
    expect(note).to_contain_text("Another window shows this terminal too and has less room")
    expect(narrow.locator("#panel-T1 .terminal-smaller")).to_be_hidden()
    narrow.close()
    expect(note).to_be_hidden()


def test_ticks_come_back_when_their_checks_have_run_again(play: Player, open_page: Opener) -> None:
    player = play()
    page = open_page(player)
    go_to_step_1(page)
    run(page, 1)
    expect(block(page, 1)).to_have_attribute("data-state", "ok")
    page.locator('[data-do="check"]').click()
    stop = page.locator('.stop[data-page="step1"]')
    expect(stop).to_have_class("stop step current passed")
    player.stop()
    shutil.rmtree(player.home / "north")
    verify = player.root / "verify1.sh"
    checked = verify.read_text()
    verify.write_text("while [ -e ~/wait ]; do sleep 0.1; done\n" + checked)
    (player.home / "wait").touch()
    player.start(player.port)
    expect(page.locator('[data-kind="rechecking"]')).to_have_text("Checking again what you passed before …")
    expect(stop).to_have_attribute("aria-label", re.compile("checking again"))
    expect(stop).to_have_class("stop step current")
    (player.home / "wait").unlink()
    expect(page.locator('[data-kind="notice"]')).to_contain_text("made is no longer there")
    expect(page.locator('[data-kind="rechecking"]')).to_have_count(0)
    expect(stop).to_have_class("stop step current")


def test_reload_keeps_the_place_on_the_page(play: Player, open_page: Opener) -> None:
    page = open_page(play())
    go_to_step_1(page)
    page.locator("#scroller").hover()
    page.mouse.wheel(0, 330)
    place = "sessionStorage.getItem('handrail.place')"
    eventually(page, lambda: page.evaluate(place), lambda kept: "step1 330" in str(kept))
    page.reload()
    expect(block(page, 1)).to_be_attached()
    eventually(page, lambda: page.evaluate(SCROLLED), lambda pixels: abs(pixels - 330) < 2)
    page.locator('#bar [data-do="back"]').click()
    expect(page.locator("#lesson")).to_have_attribute("data-page", "intro")
    eventually(page, lambda: page.evaluate(SCROLLED), lambda pixels: pixels == 0)


def test_player_that_answers_again_takes_its_complaint_back(play: Player, open_page: Opener) -> None:
    player = play()
    page = open_page(player)
    go_to_step_1(page)
    port = player.port
    player.stop(signal.SIGKILL)
    page.locator('[data-do="check"]').click()
    expect(page.locator("#notices")).to_contain_text("The player did not answer")
    player.start(port)
    expect(page.locator("#notices")).not_to_contain_text("The player did not answer")
    expect(page.locator("#notices")).to_be_empty()


def test_page_of_which_a_part_did_not_come_is_loaded_again(play: Player, context: BrowserContext) -> None:
    """As when the network changes, which it does while containers start."""
    player = play()
    page = context.new_page()
    page.route("**/js/store.js", lambda route: route.abort(), times=1)
    page.route("**/css/base.css", lambda route: route.abort(), times=2)
    page.goto(player.address)
    expect(page.locator("#lesson h1")).to_have_text("Grow a garden")
    page.close()


def test_page_of_which_a_part_never_comes_says_so(play: Player, context: BrowserContext) -> None:
    player = play()
    page = context.new_page()
    page.route("**/js/store.js", lambda route: route.abort())
    page.goto(player.address)
    expect(page.get_by_role("alert")).to_contain_text("could not be loaded")
    page.unroute("**/js/store.js")
    page.reload()
    expect(page.locator("#lesson h1")).to_have_text("Grow a garden")
    expect(page.get_by_text("could not be loaded")).to_be_hidden()
    page.close()


def test_page_that_could_not_be_loaded_comes_when_the_player_answers(play: Player, context: BrowserContext) -> None:
    player = play()
    page = context.new_page()
    page.route("**/state", lambda route: route.abort())
    page.goto(player.address)
    expect(page.locator(".signed-out")).to_contain_text("The player did not answer")
    page.unroute("**/state")
    expect(page.locator("#lesson h1")).to_have_text("Grow a garden")
    page.close()
