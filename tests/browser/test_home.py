"""A course in the browser: the list of lessons, the ways between them, the addresses that lead there."""

from __future__ import annotations

import re
import signal
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.axe import findings
from tests.browser.conftest import Play, Player
from tests.browser.steps import box, eventually


@pytest.fixture
def course(play: Player) -> Play:
    return play("course")


def right_of(of: Locator) -> float:
    """Where it ends, in pixels."""
    place = box(of)
    return place["x"] + place["width"]


def at_home(page: Page) -> None:
    expect(page.locator("#home h1")).to_have_text("A year in the garden")


def at(page: Page, lesson: str, step: str) -> None:
    """The tab shows this page of this lesson, and its address says so."""
    expect(page.locator("#lesson")).to_have_attribute("data-page", step)
    expect(page).to_have_url(re.compile(f"#lesson={lesson}&step={step}$"))


def next_page(page: Page) -> None:
    page.locator('#bar [data-do="next"]').click()


def play_through(page: Page) -> None:
    """From the intro of a lesson to its last page."""
    next_page(page)
    block = page.locator(".hr-block").first
    block.locator('[data-do="run"]').click()
    expect(block).to_have_attribute("data-state", "ok")
    page.locator('#bar [data-do="check"]').click()
    expect(page.locator('[data-outcome="passed"]')).to_be_visible()
    next_page(page)


def test_learner_goes_from_the_list_through_the_lessons_and_back(course: Play, context: BrowserContext) -> None:
    hosts = set()
    page = context.new_page()
    page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    page.goto(course.address)
    at_home(page)
    expect(page.locator("h2")).to_have_text(["Spring", "Summer"])
    expect(page.locator('[data-lesson="torn"]')).to_contain_text("index.json")
    expect(page.locator('[data-lesson="torn"] a')).to_have_count(0)
    eventually(page, lambda: findings(page), lambda found: found == [])
    page.get_by_role("link", name="Begin: Choose your seeds").click()
    at(page, "seeds", "intro")
    play_through(page)
    at(page, "seeds", "finish")
    eventually(page, lambda: findings(page), lambda found: found == [])
    page.go_back()
    at(page, "seeds", "step1")
    page.go_forward()
    at(page, "seeds", "finish")
    # A title longer than the bar is wide is seen whole.
    longer = "node => node.textContent += ' and keep it free of weeds'.repeat(5)"
    page.locator('[data-do="next-lesson"] span').evaluate(longer)
    bar, link = page.locator("#bar"), page.locator('[data-do="next-lesson"]')
    eventually(page, lambda: right_of(link) <= right_of(bar), bool)
    # The second half of a double click is not for what comes after.
    page.get_by_role("link", name="Next lesson: Dig a bed").dblclick()
    at(page, "garden", "intro")
    expect(page.locator("#lesson .cover h1")).to_have_text("Dig a bed")
    page.get_by_role("link", name="Lessons").click()
    at_home(page)
    expect(page.locator('[data-lesson="seeds"]')).to_have_attribute("data-standing", "done")
    expect(page.locator('[data-lesson="garden"]')).to_contain_text("0 of 1 checks passed")
    page.get_by_role("link", name="Continue: Dig a bed").press("Enter")
    at(page, "garden", "intro")
    play_through(page)
    # What cannot be read is not the next lesson.
    page.locator("#bar").get_by_role("link", name="All lessons").click()
    expect(page.locator("#home")).to_contain_text("2 of 3 lessons done")
    assert hosts == {f"127.0.0.1:{course.port}"}


def test_two_tabs_have_two_lessons_and_outlive_a_killed_player(course: Play, context: BrowserContext) -> None:
    first, second = context.new_page(), context.new_page()
    for page, lesson in ((first, "seeds"), (second, "garden")):
        page.goto(f"{course.address}&lesson={lesson}")
        at(page, lesson, "intro")
    next_page(first)
    at(first, "seeds", "step1")
    at(second, "garden", "intro")
    course.stop(signal.SIGKILL)
    course.start(course.port)
    # Each tab opens its own lesson again, where it was.
    for page, lesson, step in ((first, "seeds", "step1"), (second, "garden", "intro")):
        expect(page.locator("html")).to_have_attribute("data-connection", "up")
        at(page, lesson, step)


def test_addresses_that_lead_nowhere_end_in_a_sentence(course: Play, context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(f"{course.address}&lesson=gone-since")
    at_home(page)
    expect(page.locator("#notices")).to_contain_text("There is no such lesson here any more")
    page.locator('[data-lesson="seeds"] a').click()
    at(page, "seeds", "intro")
    page.evaluate("location.hash = 'lesson=seeds&step=finish'")
    expect(page.locator("#notices")).to_contain_text("“The end” is not open yet")
    at(page, "seeds", "intro")
    page.goto(f"http://127.0.0.1:{course.port}/#lesson=torn")
    expect(page.get_by_role("alert")).to_contain_text("index.json")
    page.get_by_role("alert").get_by_role("link", name="All lessons").click()
    at_home(page)
    page.goto(f"http://127.0.0.1:{course.port}/#token=wrong&lesson=seeds")
    expect(page.get_by_role("alert")).to_contain_text("not signed in")


def test_one_step_is_reset_then_everything_is_stopped(course: Play, context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(f"{course.address}&lesson=seeds")
    at(page, "seeds", "intro")
    play_through(page)
    at(page, "seeds", "finish")
    page.locator('.stop[data-page="step1"]').click()
    at(page, "seeds", "step1")
    expect(page.locator("#top .lamp")).to_contain_text("One bed is dug")
    page.locator("#menu-button").click()
    page.get_by_role("button", name="Reset this step …").click()
    expect(page.get_by_role("dialog")).to_contain_text("Your files and everything that your commands have made stay")
    page.get_by_role("button", name="Reset the step").click()
    expect(page.locator(".hr-block").first).not_to_have_attribute("data-state", "ok")
    expect(page.locator("[data-outcome]")).to_have_count(0)
    expect(page.locator('.stop[data-page="step1"]')).not_to_have_class(re.compile("passed"))
    assert (course.workspace / "seeds" / "home" / "done").exists()
    page.get_by_role("link", name="Lessons").click()
    page.get_by_role("button", name="Stop all …").click()
    expect(page.get_by_role("dialog")).to_contain_text("clean.sh")
    page.get_by_role("dialog").get_by_role("button", name="Stop all").click()
    expect(page.locator("#notices")).to_contain_text("Everything is stopped")
    expect(page.locator("#home")).not_to_contain_text("Open now")
    eventually(page, lambda: findings(page), lambda found: found == [])
    page.get_by_role("link", name="Continue: Choose your seeds").click()
    at(page, "seeds", "step1")


def test_link_to_another_lesson_s_folder_goes_there(course: Play, context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(course.address)
    page.get_by_role("link", name="Begin: Choose your seeds").click()
    at(page, "seeds", "intro")
    # What names no lesson of the course is no link.
    expect(page.locator("#lesson a")).to_have_text(["dig a bed"])
    expect(page.locator("#lesson")).to_contain_text("some day eat.")
    page.get_by_role("link", name="dig a bed").click()
    at(page, "garden", "intro")
    page.go_back()
    at(page, "seeds", "intro")


def test_scenario_played_alone_is_stopped_from_its_menu_and_opened_again(play: Player, context: BrowserContext) -> None:
    scripts = '"cleanup": "clear.sh"'
    player = play(words={scripts: f'{scripts}, "status": "status.sh"'})
    page = context.new_page()
    page.goto(player.address)
    expect(page.locator("#top .lamp")).to_contain_text("The garden is open")
    page.locator("#menu-button").click()
    page.get_by_role("button", name="Stop all …").click()
    expect(page.get_by_role("dialog")).to_contain_text("clear.sh")
    page.get_by_role("dialog").get_by_role("button", name="Stop all").click()
    expect(page.get_by_role("alert")).to_contain_text("Everything is stopped")
    eventually(page, lambda: findings(page), lambda found: found == [])
    page.get_by_role("button", name="Open it again").press("Enter")
    expect(page.locator("#lesson")).to_have_attribute("data-page", "intro")
    expect(page.locator("#tab-T1")).to_have_attribute("data-state", "prompt")
