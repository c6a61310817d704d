"""The terminals: tabs, size, search, text size, colours, paste, links, copying."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from .conftest import Opener, Player
from .steps import block, clipboard, eventually, everything, go_to_step_1, run, screen, type_into

# What the page has been told of the first terminal: whether its program waits for somebody to type.
AWAITS = "import('/static/js/store.js').then(({ state }) => state().terminals[0].awaits)"


def columns(page: Page) -> int:
    """Columns as the shell knows them."""
    type_into(page, "clear; echo columns=$(tput cols)=")
    seen = re.compile(r"columns=(\d+)=")
    expect(screen(page)).to_contain_text(seen)
    return int(eventually(page, lambda: seen.findall(screen(page).inner_text()), bool)[-1])


def wait_for_columns(page: Page, test: str, columns: int) -> None:
    """Waits until the shell knows so many: `test` is one of bash's, such as -ge."""
    type_into(page, f"clear; until [ $(tput cols) {test} {columns} ]; do sleep 0.05; done; echo now{test}{columns}.")
    expect(screen(page)).to_contain_text(re.compile(rf"^\s*now{test}{columns}\."))


def test_new_terminal_has_a_shell_of_its_own_and_can_be_closed(play: Player, open_page: Opener) -> None:
    page = open_page(play())
    type_into(page, "mine=first")
    page.locator("#new-terminal").click()
    expect(page.locator("#tab-T2")).to_have_attribute("aria-selected", "true")
    type_into(page, "echo mine=$mine.", "T2")
    expect(screen(page, "T2")).to_contain_text("mine=.")
    page.get_by_role("button", name="Close T2").click()
    expect(page.locator("#tab-T2")).to_have_count(0)
    expect(page.locator("#tab-T1")).to_have_attribute("aria-selected", "true")


def test_the_cursor_goes_to_a_program_that_waits_for_input(play: Player, open_page: Opener) -> None:
    player = play()
    step = player.root / "step1.md"
    step.write_text(step.read_text() + "\n`read -r -s secret; echo got-$secret`{{exec}}\n")
    page = open_page(player)
    go_to_step_1(page)
    page.get_by_role("button", name="read -r -s secret").click()
    expect(page.locator("#panel-T1 textarea")).to_be_focused()
    page.keyboard.type("word")
    page.keyboard.press("Enter")
    expect(screen(page)).to_contain_text("got-word")


def test_closing_a_busy_terminal_asks_first(play: Player, open_page: Opener) -> None:
    page = open_page(play())
    page.locator("#new-terminal").click()
    expect(page.locator("#tab-T2")).to_be_visible()
    type_into(page, "cat", "T2")
    expect(page.locator("#tab-T2")).to_have_attribute("data-state", "running")
    page.get_by_role("button", name="Close T2").click()
    expect(page.locator("dialog")).to_contain_text("still running")
    page.locator('dialog [data-choice="yes"]').click()
    expect(page.locator("#tab-T2")).to_have_count(0)


def test_arrow_keys_walk_the_tabs(play: Player, open_page: Opener) -> None:
    page = open_page(play())
    page.locator("#new-terminal").click()
    expect(page.locator("#tab-T2")).to_have_attribute("aria-selected", "true")
    page.locator("#tab-T2").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#tab-T1")).to_have_attribute("aria-selected", "true")
    expect(page.locator("#tab-T1")).to_be_focused()


def test_tabs_scroll_to_the_side_only(play: Player, open_page: Opener) -> None:
    page = open_page(play())
    page.locator("#tab-T1").focus()
    page.keyboard.press("ArrowRight")  # so that the focus shows
    # Of a list one pixel too high, no scroll bar is to be seen in a browser whose bars lie over the page.
    expect(page.locator(".tab-list")).to_have_css("overflow-y", "hidden")
    # The list cuts off what lies outside the tab.
    expect(page.locator("#tab-T1")).not_to_have_css("outline-style", "none")
    expect(page.locator("#tab-T1")).to_have_css("outline-offset", re.compile(r"-([2-9]|\d{2,})(\.\d+)?px"))


def test_shell_learns_the_size_of_the_window(play: Player, open_page: Opener) -> None:
    page = open_page(play())
    before = columns(page)
    page.set_viewport_size({"width": 1000, "height": 600})
    wait_for_columns(page, "-lt", before)


def test_larger_text_leaves_fewer_columns(play: Player, open_page: Opener) -> None:
    page = open_page(play())
    before = columns(page)
    page.locator("#menu-button").click()
    for _ in range(4):
        page.get_by_role("button", name="Larger").click()
    page.keyboard.press("Escape")
    wait_for_columns(page, "-lt", before)


def test_search_finds_and_escape_returns_to_the_shell(play: Player, open_page: Opener) -> None:
    page = open_page(play())
    type_into(page, "seq 500; echo needle; seq 500; echo end-of-$((1 + 1))")
    expect(screen(page)).to_contain_text("end-of-2")
    page.locator("#find-terminal").click()
    page.get_by_role("searchbox").fill("needle")
    page.keyboard.press("Shift+Enter")
    expect(screen(page)).to_contain_text("needle")
    page.keyboard.press("Escape")
    expect(page.locator("#search")).to_have_count(0)
    expect(page.locator("#panel-T1 textarea")).to_be_focused()


def test_colours_follow_the_choice_and_the_choice_is_kept(play: Player, open_page: Opener) -> None:
    page = open_page(play())
    page.locator("#menu-button").click()
    page.locator('[data-setting="theme"]').select_option("dark")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_large_paste_arrives_whole(play: Player, open_page: Opener) -> None:
    player = play()
    page = open_page(player)
    text = "".join(f"pasted line {number}\n" for number in range(20_000))
    type_into(page, "bind 'set enable-bracketed-paste on'; stty -echo; echo rea''dy; cat > pasted; echo all-$((1 + 1))")
    expect(screen(page)).to_contain_text("ready")
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    page.locator("#panel-T1 textarea").focus()
    page.keyboard.press("Control+Shift+V")
    expect(page.locator("dialog")).to_contain_text("20001 lines")
    page.locator('dialog [data-choice="yes"]').click()
    page.keyboard.press("Control+d")
    expect(screen(page)).to_contain_text("all-2")
    assert (player.home / "pasted").read_text() == text


def test_copying_everything_gives_the_scrollback(play: Player, open_page: Opener) -> None:
    page = open_page(play())
    type_into(page, "clear; seq 300; echo the-$((100 + 1))st")
    expect(screen(page)).to_contain_text("the-101st")
    lines = everything(page).splitlines()
    assert [str(number) for number in range(1, 301)] == [line for line in lines if line.isdigit()]


def test_selection_copies_with_the_keyboard(play: Player, open_page: Opener) -> None:
    page = open_page(play())
    type_into(page, "clear; echo gooseberry")
    line = page.locator("#panel-T1 .xterm-rows > div", has_text=re.compile("^gooseberry")).first
    expect(page.locator("#tab-T1")).to_have_attribute("data-state", "prompt")
    line.dblclick(position={"x": 20, "y": 8}, force=True)  # force, for xterm.js listens above its rows
    page.keyboard.press("Control+Shift+C")
    clipboard(page, lambda text: text.strip() == "gooseberry")


def test_shell_that_cannot_stay_waits_for_the_learner(play: Player, open_page: Opener) -> None:
    player = play()
    page = open_page(player)
    type_into(page, "echo exit 9 > ~/.bashrc; exit")
    note = page.locator("#panel-T1 .terminal-note")
    expect(note).to_contain_text("The shell of T1 ended.")
    (player.home / ".bashrc").unlink()
    note.get_by_role("button", name="Open a new shell").click()
    expect(note).to_be_hidden()
    type_into(page, "echo here-$((1 + 1))")
    expect(screen(page)).to_contain_text("here-2")


def test_link_in_the_terminal_opens_in_a_new_tab(play: Player, open_page: Opener) -> None:
    player = play()
    page = open_page(player)
    type_into(page, f"clear; echo http://127.0.0.1:{player.port}/static/icon.svg")
    line = page.locator("#panel-T1 .xterm-rows > div", has_text=re.compile("^http")).first
    expect(page.locator("#tab-T1")).to_have_attribute("data-state", "prompt")
    line.hover(position={"x": 20, "y": 8}, force=True)  # force, for xterm.js listens above its rows
    expect(page.locator("#panel-T1 .xterm-cursor-pointer")).to_have_count(1)
    with page.context.expect_page() as opened:
        line.click(position={"x": 20, "y": 8}, force=True)
    expect(opened.value).to_have_url(re.compile("/static/icon.svg$"))


def test_programs_get_one_answer_however_many_tabs_look(play: Player, open_page: Opener) -> None:
    player = play()
    one, two = open_page(player), open_page(player)
    expect(screen(two)).to_contain_text("the garden is yours")
    type_into(one, r"clear; printf '\033[6n'; IFS= read -rsd R at; read -rt 1 more; echo; echo more=${#more}.")
    expect(screen(one)).to_contain_text("more=0.")


def test_reloaded_tab_does_not_answer_what_was_asked_long_ago(play: Player, open_page: Opener) -> None:
    page = open_page(play())
    type_into(page, r"printf '\033[6n'; IFS= read -rsd R at; echo asked $((1 + 1))")
    expect(screen(page)).to_contain_text("asked 2")
    page.reload()
    expect(screen(page)).to_contain_text("asked 2")
    type_into(page, "echo prompt-$((1 + 1))-clean")
    expect(screen(page)).not_to_contain_text("[1;")
    expect(screen(page)).to_contain_text("prompt-2-clean")


def test_wide_letters_take_the_cells_that_programs_count(play: Player, open_page: Opener) -> None:
    page = open_page(play())
    ask = r"""IFS=";" read -rsd R -p $'\e[6n' _ at"""
    type_into(page, rf"""w() {{ printf "%s" "$1"; {ask}; printf "\r\e[K%s=%d\n" "$1" $((at - 1)); }}""")
    type_into(page, "clear; for each in a 漢 ⚡ 🤖 ✅ ⏳; do w $each; done; echo all-$((1 + 1))")
    expect(screen(page)).to_contain_text("all-2")
    wanted = [("a", "1"), *((letter, "2") for letter in "漢⚡🤖✅⏳")]
    read = screen(page).inner_text
    eventually(page, lambda: re.findall(r"(\S)=(\d)", read().replace("\u00a0", " ")), lambda found: found == wanted)


def test_ctrl_v_pastes_at_the_prompt(play: Player, open_page: Opener) -> None:
    page = open_page(play())
    page.evaluate("navigator.clipboard.writeText('echo pasted-$((1 + 1))')")
    page.locator("#panel-T1 textarea").focus()
    page.keyboard.press("Control+v")
    expect(screen(page)).to_contain_text("echo pasted")
    page.keyboard.press("Enter")
    expect(screen(page)).to_contain_text("pasted-2")


def test_ctrl_v_goes_to_a_program_and_a_hint_says_how_to_paste(play: Player, open_page: Opener) -> None:
    page = open_page(play())
    page.evaluate("navigator.clipboard.writeText('from the clipboard')")
    type_into(page, "stty raw -echo; echo rea''dy; head -c 1 | od -c; stty sane; echo od-$((1 + 1))")
    expect(screen(page)).to_contain_text("ready")
    expect(page.locator("#tab-T1")).to_have_attribute("data-state", "running")
    page.locator("#panel-T1 textarea").focus()
    page.keyboard.press("Control+v")
    expect(page.locator('.terminal-note[data-note="paste"]')).to_contain_text("Ctrl+Shift+V")
    expect(screen(page)).to_contain_text("od-2")
    expect(screen(page)).to_contain_text("026")  # the key itself
    page.keyboard.press("Control+Shift+V")
    expect(screen(page)).to_contain_text("from the clipboard")
    expect(page.locator('.terminal-note[data-note="paste"]')).to_have_count(0)


def test_paused_command_is_told_with_the_way_on(play: Player, open_page: Opener) -> None:
    page = open_page(play())
    type_into(page, "sh -c 'echo rea\"\"dy; cat'")
    expect(screen(page)).to_contain_text("ready")  # by the program: before it runs, Ctrl-Z is the shell's
    page.keyboard.press("Control+z")
    note = page.locator("#panel-T1 .terminal-note")
    expect(note).to_contain_text("type fg and press Enter")
    type_into(page, "fg")
    expect(note).to_have_count(0)
    page.keyboard.press("Control+d")
    expect(page.locator("#tab-T1")).to_have_attribute("data-state", "prompt")


def test_stopped_output_is_told_with_the_key_that_goes_on(play: Player, open_page: Opener) -> None:
    page = open_page(play())
    page.locator("#panel-T1 textarea").focus()
    page.keyboard.press("Control+s")
    note = page.locator("#panel-T1 .terminal-note")
    expect(note).to_contain_text("Press Ctrl-Q")
    page.keyboard.type("echo went-on-$((1 + 1))")
    page.keyboard.press("Enter")
    page.keyboard.press("Control+q")
    expect(screen(page)).to_contain_text("went-on-2")
    expect(note).to_have_count(0)


def test_ctrl_s_in_a_program_that_wants_it_is_no_stop(play: Player, open_page: Opener) -> None:
    page = open_page(play())
    type_into(page, "stty -ixon; echo off-$((1 + 1)); cat")
    expect(screen(page)).to_contain_text("off-2")
    page.keyboard.press("Control+s")
    page.keyboard.press("Enter")
    page.keyboard.type("still here")
    page.keyboard.press("Enter")
    expect(screen(page)).to_contain_text(re.compile("still here.*still here"))
    expect(page.locator("#panel-T1 .terminal-note")).to_have_count(0)


def test_terminal_is_wide_enough_for_tables_where_the_window_allows(play: Player, open_page: Opener) -> None:
    page = open_page(play())
    lesson = page.locator("#lesson-pane")
    width = "lesson => lesson.getBoundingClientRect().width"
    page.set_viewport_size({"width": 1000, "height": 800})
    eventually(page, lambda: lesson.evaluate(width), lambda pixels: pixels == 440)
    for window, least in ((1280, 90), (1366, 100), (1600, 100)):
        page.set_viewport_size({"width": window, "height": 800})
        wait_for_columns(page, "-ge", least)
        eventually(page, lambda: lesson.evaluate(width), lambda pixels: pixels >= 455)  # easy to read


@pytest.mark.parametrize(
    "command",
    [
        "echo name; cat", "echo name; read -r name", "echo name; read -rs name",
        "echo name; stty -echo; head -1", "python3 -q",
    ],
)  # fmt: skip
def test_focus_goes_to_a_program_that_waits_for_input(play: Player, open_page: Opener, command: str) -> None:
    player = play()
    (player.root / "step1.md").write_text(f"# Ask\n\n```\n{command}\n```{{{{exec}}}}\n")
    page = open_page(player)
    go_to_step_1(page)
    run(page, 1)
    expect(page.locator("#panel-T1 textarea")).to_be_focused()


def test_focus_stays_with_a_program_that_waits_for_nobody(play: Player, open_page: Opener) -> None:
    player = play()
    command = "echo busy-$((1 + 1)); until [ -e ~/go ]; do sleep 0.05; done; echo past; cat"
    (player.root / "step1.md").write_text(f"# Work\n\n```\n{command}\n```{{{{exec}}}}\n")
    page = open_page(player)
    go_to_step_1(page)
    run(page, 1)
    expect(screen(page)).to_contain_text("busy-2")
    expect(block(page, 1)).to_contain_text(re.compile(r"([2-9]|\d\d+) s"))
    expect(block(page, 1).locator('[data-do="run"]')).to_be_focused()
    page.locator("#menu-button").click()
    page.locator('[data-setting="theme"]').focus()
    (player.home / "go").touch()
    expect(screen(page)).to_contain_text("past")
    eventually(page, lambda: page.evaluate(AWAITS), bool)  # the page knows that somebody is waited for
    expect(page.locator('[data-setting="theme"]')).to_be_focused()
