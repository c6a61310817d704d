"""The instructor's board: shown to her alone, and of a learner nothing before they have agreed."""

from __future__ import annotations

import httpx
from playwright.sync_api import expect

from ..browser.steps import go_to_step_1, run
from ..waiting import PATIENCE, until
from .conftest import BEN, DORA, TEACHER, Classroom, SignIn
from .test_lesson import check

BOARD = "/services/board/"


def board_of(client: httpx.Client) -> httpx.Response:
    return client.get(BOARD, follow_redirects=True)


def test_the_board_shows_who_is_where_and_what_the_check_says(classroom: Classroom, sign_in: SignIn) -> None:
    dora = sign_in(DORA)
    expect(dora.locator("#tab-T1")).to_have_attribute("data-state", "prompt")
    teacher = sign_in(TEACHER)
    teacher.wait_for_url(lambda url: "/hub/login" not in url)
    teacher.goto(classroom.url + BOARD)
    expect(teacher.locator("#said")).to_contain_text("Nobody yet")
    assert teacher.locator(f'[data-pupil="{DORA}"]').count() == 0

    expect(dora.locator('[data-kind="sharing"]')).to_contain_text("Not what you type, your files or your screen")
    expect(dora.locator("#hand")).to_be_hidden()
    dora.locator('[data-kind="sharing"]').get_by_role("button", name="Share").click()
    expect(dora.locator('[data-kind="sharing"]')).to_have_count(0)
    row = teacher.locator(f'[data-pupil="{DORA}"]')
    expect(row).to_be_visible()

    go_to_step_1(dora)
    check(dora)
    expect(row.locator(".reason")).to_contain_text("The north bed is empty")
    expect(row).to_contain_text("Plant")
    dora.locator("#hand").click()
    expect(row.locator(".help")).to_contain_text("asks")
    expect(dora.locator("#hand")).to_have_attribute("aria-pressed", "true")

    run(dora, 1)
    check(dora)
    expect(row).to_contain_text("1 of 2")
    step = teacher.locator('[data-step="step1"]')
    expect(step).to_contain_text("1 of 1")
    expect(step.locator(".reason")).to_contain_text("The north bed is empty")

    teacher.locator("#hide-names").check()
    expect(teacher.locator("#pupils")).to_contain_text("Learner 1")
    expect(teacher.locator("#pupils")).not_to_contain_text(DORA)
    table = teacher.request.get(classroom.url + BOARD + "api/board.csv").text()
    assert f"{DORA},Grow a garden,step1,Plant," in table
    record = teacher.request.get(classroom.url + BOARD + "api/board.xapi.json").json()
    assert {one["verb"]["display"]["en"] for one in record if one["actor"]["account"]["name"] == DORA} >= {"failed"}
    expect(step).to_be_visible()


def test_no_learner_sees_the_board_and_none_speaks_for_another(classroom: Classroom) -> None:
    ben = classroom.browser_of(BEN)
    answer = board_of(ben)
    assert answer.status_code in (403, 404)
    assert "Class board" not in answer.text
    for path in ("api/board.csv", "api/board.xapi.json", "api/events"):
        assert httpx.get(classroom.url + BOARD + path, trust_env=False, timeout=PATIENCE).status_code == 401
    forged = {"lesson": "x", "page": "step1", "since": 0, "help": 0, "steps": []}
    for given in ({}, {"Authorization": "token " + "0" * 32}, {"Cookie": "handrail-session=x"}):
        answer = httpx.post(
            classroom.url + BOARD + "api/report", json=forged, headers=given, trust_env=False, timeout=PATIENCE
        )
        assert answer.status_code == 401


def test_the_board_is_there_when_the_classroom_is(classroom: Classroom) -> None:
    teacher = classroom.browser_of(TEACHER)
    until(lambda: "Class board" in board_of(teacher).text, "the board")
