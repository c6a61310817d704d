"""Learners in real browsers, each with a pod and a namespace of their own."""

from __future__ import annotations

import contextlib
import re

from playwright.sync_api import Page, TimeoutError, expect

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


def test_each_node_pulls_the_image_before_a_server_asks_for_it(classroom: Cluster) -> None:
    words = ("daemonset/image-puller", "--namespace", NAMESPACE)
    until(lambda: "successfully rolled out" in classroom.kubectl("rollout", "status", *words), "the image")
    (image,) = classroom.kubectl("get", *words, "-o", "jsonpath={.spec.template.spec.containers[*].image}").split()
    assert image == classroom.learner_image


def test_three_learners_at_once_do_a_lesson_and_two_come_back(classroom: Cluster, sign_in: SignIn) -> None:
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

    cull(classroom, teacher, BEN)
    comes_back(learners[BEN], BEN)

    # Anna's pod is evicted: until the Hub knows that, its proxy leads her to an address where nobody answers. A page
    # that waits for that address cannot be asked anything, so it is loaded when the Hub has its own page there.
    classroom.kubectl("delete", "pod", f"server-{ANNA}", "--namespace", NAMESPACE)
    anna, server = learners[ANNA], f"{classroom.url}/user/{ANNA}/"

    def is_offered_a_start() -> bool:
        with contextlib.suppress(TimeoutError):
            return 'id="start"' in anna.request.get(server, timeout=5000).text()
        return False

    until(is_offered_a_start, "the Hub's knowledge that her pod is gone")
    anna.goto(server)
    comes_back(anna, ANNA)


def cull(classroom: Cluster, teacher: Page, name: str) -> None:
    """Ends a learner's server as the culler does: the Hub is told to, and the learner's page finds out by itself."""
    teacher.wait_for_url(lambda url: "/hub/login" not in url)
    xsrf = next(one["value"] for one in teacher.context.cookies(f"{classroom.url}/hub/") if one["name"] == "_xsrf")
    ended = teacher.request.delete(f"{classroom.url}/hub/api/users/{name}/server", headers={"X-XSRFToken": xsrf})
    assert ended.ok, ended.text()


def start_again(page: Page, step: str) -> None:
    """Starts a server anew, and is at the same step."""
    page.locator("#start").click()
    expect(page.locator("#tab-T1")).to_have_attribute("data-state", "prompt")
    expect(page.locator("#lesson")).to_have_attribute("data-page", step)
    expect(page.locator('.stop[data-page="step2"]')).to_have_class(re.compile(r"\bpassed\b"))


def comes_back(page: Page, name: str) -> None:
    """Starts a server anew, and is where they were, with their files."""
    start_again(page, "step3")
    type_into(page, "cat mine.txt")
    expect(screen(page)).to_contain_text(name)
