"""Learners in real browsers, each with a pod and a namespace of their own."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from ..browser.steps import go_to_step_1, run, screen, type_into
from ..classroom.conftest import ANNA, BEN, CLEO, TEACHER, SignIn
from ..classroom.test_board import BOARD
from ..classroom.test_lesson import check
from ..waiting import until
from .conftest import NAMESPACE, Cluster


def go_on(page: Page, step: str) -> None:
    page.locator('#bar [data-do="next"]').click()
    expect(page.locator("#lesson")).to_have_attribute("data-page", step)


def passed(page: Page) -> None:
    check(page)
    expect(page.locator("#outcome")).to_contain_text("Passed")


def test_three_learners_at_once_do_a_lesson_and_one_comes_back(classroom: Cluster, sign_in: SignIn) -> None:
    learners = {name: sign_in(name) for name in (ANNA, BEN, CLEO)}
    for page in learners.values():
        expect(page.locator("#tab-T1")).to_have_attribute("data-state", "prompt")
        page.locator('[data-kind="sharing"]').get_by_role("button", name="Share").click()
        go_to_step_1(page)
        check(page)
    for name, page in learners.items():
        expect(page.locator("#outcome")).to_contain_text("The north bed is empty")
        run(page, 1)
        type_into(page, f"echo {name} > mine.txt")
        type_into(page, "kubectl get pods")
        expect(screen(page)).to_contain_text(f"No resources found in learner-{name} namespace.")
        passed(page)
        go_on(page, "step2")
    for page in learners.values():
        run(page, 1, 2)
        passed(page)
        go_on(page, "step3")

    teacher = sign_in(TEACHER)
    teacher.wait_for_url(lambda url: "/hub/login" not in url)
    teacher.goto(classroom.url + BOARD)
    for name in learners:
        expect(teacher.locator(f'[data-pupil="{name}"]')).to_contain_text("2 of 2")

    # Whoever is culled loses the pod; what was on the learner's volume stays.
    classroom.kubectl("delete", "pod", f"server-{ANNA}", "--namespace", NAMESPACE)
    anna = learners[ANNA]

    def is_offered_a_start() -> bool:
        anna.wait_for_timeout(500)
        anna.goto(f"{classroom.url}/user/{ANNA}/")
        return anna.locator("#start").count() == 1

    until(is_offered_a_start, "the Hub's knowledge that her pod is gone")
    anna.locator("#start").click()
    expect(anna.locator("#tab-T1")).to_have_attribute("data-state", "prompt")
    expect(anna.locator("#lesson")).to_have_attribute("data-page", "step3")
    expect(anna.locator('.stop[data-page="step2"]')).to_have_class(re.compile(r"\bpassed\b"))
    type_into(anna, "cat mine.txt")
    expect(screen(anna)).to_contain_text(ANNA)
