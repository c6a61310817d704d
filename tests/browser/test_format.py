"""What a scenario can say, played from one that says all of it: an `index.yaml`, old names of keys, hidden pages."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from .conftest import Opener, Player
from .steps import block, clipboard, eventually, screen


def test_what_an_index_can_say(play: Player, open_page: Opener) -> None:
    player = play("format")
    page = open_page(player)
    expect(page.locator("#lesson")).to_have_attribute("data-page", "step1")  # the introduction is not shown
    expect(page.locator('.stop[data-page="step1"]')).to_have_attribute("aria-label", re.compile("Step 1"))
    expect(screen(page)).to_contain_text("shop at http://")
    eventually(page, (player.home / "prepared.txt").exists, bool)
    assert [path.read_text() for path in (player.home / "tools").rglob("one.txt")] == ["deep\n"]
    assert (player.home / "bin/hello").stat().st_mode & 0o111
    page.get_by_role("tab", name="Side").click()
    expect(screen(page, "Side")).to_contain_text("from the side")
    page.locator("summary").click()
    block(page, 6).locator('[data-do="run"]').click()
    # A challenge: nobody asks for the check.
    expect(page.locator("[data-outcome]")).to_have_attribute("data-outcome", "passed")


def test_what_a_page_can_say(play: Player, open_page: Opener) -> None:
    page = open_page(play("format"))
    expect(page.locator("#lesson h1, #lesson h2").filter(has_text="Tight heading")).to_be_visible()
    expect(page.locator("#lesson blockquote")).to_have_text("A quote.")
    expect(page.locator("#lesson .hll")).to_have_text("second = 2")
    expect(page.locator("#lesson a", has_text="the shop")).to_have_attribute("href", "http://127.0.0.1:8123/roses")
    expect(page.locator("#lesson")).to_contain_text("which is at 127.0.0.1.")
    for command, said in (
        ("echo inline", "inline 2"),
        ("echo twice", "twice 3"),
        ("echo one host", "one host"),
        ("echo typed", "echo typed $((1 + 3))"),
    ):
        page.get_by_role("button", name=command).click()
        expect(screen(page)).to_contain_text(said)
    page.get_by_role("button", name="^C").click()
    expect(screen(page)).to_contain_text("^C")
    page.get_by_role("button", name="echo inline").click()
    eventually(page, lambda: screen(page).inner_text().count("inline 2"), lambda count: count == 2)
    expect(screen(page)).not_to_contain_text("typed 4")
    expect(page.locator("#lesson code", has_text="just text")).to_be_visible()


def test_what_a_page_can_do_with_files(play: Player, open_page: Opener) -> None:
    player = play("format")
    page = open_page(player)
    page.locator("summary").click()
    block(page, 6).locator('[data-do="run"]').click()
    expect(page.locator("[data-outcome]")).to_have_attribute("data-outcome", "passed")
    page.locator('#bar [data-do="next"]').click()
    expect(page.locator("#lesson")).to_have_attribute("data-page", "step2")
    block(page, 1, 2).locator('[data-do="copy"]').click()
    clipboard(page, lambda text: text == "only to copy")
    written = player.home / "list.txt"
    for number, text in (
        (2, "middle\n"), (3, "middle\nlast\n"), (4, "first\nmiddle\nlast\n"), (5, "first\ncentre\nlast\n"),
    ):  # fmt: skip
        block(page, number, 2).locator("[data-do]").first.click()
        eventually(page, lambda: written.read_text() if written.exists() else "", lambda now, text=text: now == text)


def test_a_limit_of_the_index_ends_a_check(play: Player, open_page: Opener) -> None:
    player = play("format")
    (player.root / "verify.sh").write_text("sleep 600\n")
    page = open_page(player)
    page.locator('[data-do="check"]').click()
    expect(page.locator(".reason")).to_have_text("verify.sh has not ended after 4 s and was stopped.")
