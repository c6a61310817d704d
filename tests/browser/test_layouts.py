"""Layouts that the index asks for, and those of the learner; the banner of the terminal, and credits."""

from __future__ import annotations

import base64

import pytest
from playwright.sync_api import Page, expect

from .axe import findings
from .conftest import Opener, Play, Player
from .services import pages
from .steps import box, eventually, screen, type_into

# A picture of one pixel.
DOT = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///ywAAAAAAQABAAACAUwAOw==")


def begin(play: Player, layout: str, shop: int) -> Play:
    return play("layouts", words={"LAYOUT": layout, "SHOP": shop})


def is_below(page: Page, upper: str, lower: str) -> bool:
    one, other = box(page.locator(upper)), box(page.locator(lower))
    return one["height"] > 50 and other["height"] > 50 and one["y"] + one["height"] <= other["y"]


@pytest.mark.parametrize(
    ("layout", "upper", "lower"),
    [
        ("terminal-iframe", "#panel-T1", ".preview"),
        ("terminal-terminal", "#panel-T1", "#panel-T2"),
        ("editor-terminal", "#panel-editor", "#panel-T1"),
    ],
)
def test_the_index_chooses_what_is_seen_together(
    play: Player, open_page: Opener, layout: str, upper: str, lower: str
) -> None:
    with pages({"/": "<h1>roses</h1>"}) as shop:
        page = open_page(begin(play, layout, shop))
        expect(page.locator(lower)).to_be_visible()
        expect(page.locator(upper)).to_be_visible()
        eventually(page, lambda: is_below(page, upper, lower), bool)
        type_into(page, "echo seen $((40 + 2))")
        expect(screen(page)).to_contain_text("seen 42")
        if lower == ".preview":
            expect(page.frame_locator(".preview iframe").locator("h1")).to_have_text("roses")


def test_the_learner_splits_drags_and_finds_it_again(play: Player, open_page: Opener) -> None:
    with pages({"/": "<h1>roses</h1>"}) as shop:
        page = open_page(begin(play, "terminal", shop))
        page.get_by_role("tab", name="Preview").click()
        page.get_by_role("button", name="Two tabs, one below the other").click()
        eventually(page, lambda: is_below(page, "#panel-T1", ".preview"), bool)
        frame = page.frame_locator(".preview iframe")
        frame.locator("h1").evaluate("node => node.textContent = 'not loaded anew'")
        divider = page.locator("#panels-divider")
        start = eventually(page, lambda: box(divider), lambda now: now["y"] > 50)
        page.mouse.move(start["x"] + 50, start["y"] + 3)
        page.mouse.down()
        page.mouse.move(start["x"] + 50, start["y"] + 150, steps=5)
        page.mouse.up()
        eventually(page, lambda: box(divider)["y"] - start["y"], lambda moved: abs(moved - 147) < 12)
        divider.focus()
        before = eventually(page, lambda: float(divider.get_attribute("aria-valuenow") or 0), bool)
        page.keyboard.press("ArrowUp")
        eventually(page, lambda: float(divider.get_attribute("aria-valuenow") or 0), lambda now: now == before - 2)
        eventually(page, lambda: findings(page), lambda found: found == [])
        page.get_by_role("button", name="Two tabs side by side").click()
        eventually(
            page,
            lambda: (box(page.locator("#panel-T1")), box(page.locator(".preview"))),
            lambda both: both[0]["x"] + both[0]["width"] <= both[1]["x"],
        )
        expect(frame.locator("h1")).to_have_text("not loaded anew")
        page.reload()
        expect(page.locator("#split-beside")).to_have_attribute("aria-pressed", "true")
        expect(page.locator("#panel-T1")).to_be_visible()
        expect(frame.locator("h1")).to_have_text("roses")
        page.set_viewport_size({"width": 390, "height": 800})
        page.locator('.views [data-view="work"]').click()
        expect(page.locator("#panels > .terminal-panel:visible, #panels > .preview:visible")).to_have_count(1)
        page.set_viewport_size({"width": 1280, "height": 800})
        page.get_by_role("button", name="Two tabs side by side").click()
        expect(page.locator("#panels > .terminal-panel:visible, #panels > .preview:visible")).to_have_count(1)


def test_splitting_a_single_terminal_gives_a_second_one(play: Player, open_page: Opener) -> None:
    page = open_page(play())
    page.get_by_role("button", name="Two tabs side by side").click()
    expect(page.locator("#panel-T2")).to_be_visible()
    expect(page.locator("#panel-T1")).to_be_visible()
    page.get_by_role("button", name="Close T2").click()
    expect(page.locator("#panel-T1")).to_be_visible()
    expect(page.locator("#panels-divider")).to_be_hidden()


def test_banner_and_credits_are_shown(play: Player, open_page: Opener) -> None:
    with pages({}) as shop:
        page = open_page(begin(play, "terminal", shop))
        expect(screen(page)).to_contain_text("Mind the bees")
        expect(page.locator(".credits a")).to_have_attribute("href", "https://garden.example/thanks")
        page.locator('#bar [data-do="next"]').click()
        expect(page.locator(".credits")).to_have_text("Credits: A gardener")


def test_a_picture_from_the_web_is_loaded_on_a_click_only(play: Player, open_page: Opener) -> None:
    asked: list[str] = []
    with pages({}) as shop:
        player = begin(play, "terminal", shop)
        page = open_page(player)
        page.on("request", lambda request: asked.append(request.url))
        offer = page.locator(".web-picture")
        expect(offer).to_contain_text("A rose")
        page.get_by_role("button", name="Show the picture from localhost").click()
        expect(offer).to_contain_text("The picture from localhost is not shown: it is no public address.")
        eventually(page, lambda: findings(page), lambda found: found == [])
        expect(offer.get_by_role("link")).to_have_attribute("href", "https://localhost/rose.png")
        # What the player would send of a public host, which tests have none of.
        page.route("**/web-images/0", lambda route: route.fulfill(content_type="image/png", body=DOT))
        page.get_by_role("button", name="Show the picture from localhost").click()
        expect(page.get_by_role("img", name="A rose")).to_be_visible()
        expect(page.get_by_role("img", name="A rose")).to_have_js_property("naturalWidth", 1)
        ours = f"http://127.0.0.1:{player.port}/"
        assert [url for url in asked if not url.removeprefix("blob:").startswith(ours)] == []
        assert len(asked) >= 2
