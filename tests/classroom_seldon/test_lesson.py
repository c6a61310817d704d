"""The Seldon lesson, done by learners at once in real browsers, each in a pod and a namespace of their own."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping

import pytest
from playwright.sync_api import Page, expect

from ..browser.steps import go_to_step_1
from ..classroom.conftest import ANNA, BEN, CLEO, TEACHER, SignIn
from ..classroom.test_board import BOARD
from ..classroom_kubernetes.conftest import NAMESPACE, Cluster
from ..classroom_kubernetes.test_lesson import cull, go_on, start_again
from ..e2e.clicks import LONGEST_CHECK, terminal
from ..waiting import until

REGISTRY = f"registry.{NAMESPACE}.svc:5000"
OWN, OTHER = f"{REGISTRY}/learner-{ANNA}/iris-classifier", f"{REGISTRY}/learner-{BEN}/iris-classifier"
# Three learners share two cores with a cluster.
LONGEST_COMMAND = 600_000  # milliseconds


def click_through(learners: Mapping[str, Page]) -> None:
    """Runs each command of the page that all are on, in all browsers at once, and then Check."""
    first = next(iter(learners.values()))
    for name in [block.get_attribute("data-block") for block in first.locator("#lesson .hr-block").all()]:
        blocks = {page: page.locator(f'#lesson [data-block="{name}"]') for page in learners.values()}
        for block in blocks.values():
            folded = block.locator("xpath=ancestor::details[not(@open)]/summary")
            if folded.count():
                folded.click()
            block.locator('[data-do="run"]').click()
        for page, block in blocks.items():
            expect(block).to_have_attribute("data-state", re.compile("ok|failed"), timeout=LONGEST_COMMAND)
            assert block.get_attribute("data-state") == "ok", f"{block.inner_text()}\n\n{terminal(page)}"
    for page in learners.values():
        page.locator('#bar [data-do="check"]').click()
        expect(page.locator(".outcome.running")).to_be_visible()
    for page in learners.values():
        expect(page.locator("[data-outcome]")).to_be_visible(timeout=LONGEST_CHECK)
        expect(page.locator("#outcome")).to_contain_text("Passed")


@pytest.fixture(scope="module")
def lesson_is_done() -> set[str]:
    """The names of those who have been through the three steps."""
    return set()


def test_three_learners_at_once_do_the_lesson(
    classroom: Cluster, sign_in: SignIn, lesson_is_done: set[str]
) -> None:
    learners = {name: sign_in(name) for name in (ANNA, BEN, CLEO)}
    for page in learners.values():
        expect(page.locator("#tab-T1")).to_have_attribute("data-state", "prompt")
        page.locator('[data-kind="sharing"]').get_by_role("button", name="Share").click()
        go_to_step_1(page)
    click_through(learners)
    for page in learners.values():
        go_on(page, "step2")
    click_through(learners)
    for page in learners.values():
        go_on(page, "step3")

    # Ben is culled in the middle of it, and does the rest of the lesson when he has come back.
    teacher = sign_in(TEACHER)
    cull(classroom, teacher, BEN)
    start_again(learners[BEN], "step3")
    click_through(learners)

    teacher.goto(classroom.url + BOARD)
    for name in learners:
        row = teacher.locator(f'[data-pupil="{name}"]')
        expect(row).to_contain_text("Ask for predictions")
        expect(row).to_contain_text("3 of 4")
    for name in learners:
        (pod,) = classroom.pods("seldon-deployment-id=iris-model", f"learner-{name}")
        images = [container["image"] for container in pod["spec"]["containers"]]
        assert f"localhost:30500/learner-{name}/iris-classifier:0.1" in images
    # The exercise at the end, by one of them.
    go_on(learners[ANNA], "step4")
    click_through({ANNA: learners[ANNA]})
    lesson_is_done.update(learners)


def in_server(classroom: Cluster, *words: str) -> subprocess.CompletedProcess[str]:
    """What a program says in the pod of Anna's server, where it has her rights."""
    there = ["kubectl", "exec", f"server-{ANNA}", "--namespace", NAMESPACE, "--", "env", "DOCKER_CONFIG=/etc/registry"]
    return subprocess.run([*there, *words], env=classroom.as_administrator, text=True, capture_output=True)


@pytest.mark.parametrize(
    "words",
    [f"copy {OWN}:0.1 {OTHER}:0.2", f"tag {OTHER}:0.1 0.2", f"delete {OTHER}:0.1",
     f"copy {OWN}:0.1 {REGISTRY}/course/base:x"],
)  # fmt: skip
def test_nobody_writes_to_the_folder_of_another(classroom: Cluster, lesson_is_done: set[str], words: str) -> None:
    assert {ANNA, BEN} <= lesson_is_done
    told = in_server(classroom, "crane", *words.split(), "--insecure")
    assert told.returncode != 0
    assert "401 Unauthorized" in told.stderr
    assert in_server(classroom, "crane", "ls", "--insecure", OTHER).stdout.split() == ["0.1"]


@pytest.mark.parametrize(
    "path",
    ["learner-{own}/../learner-{other}", "learner-{own}/%2e%2e/learner-{other}", "learner-{own}%2f..%2flearner-{other}",
     "/learner-{other}", "./learner-{other}", "learner-{other}"],
)  # fmt: skip
def test_no_spelling_of_the_path_leads_there(classroom: Cluster, path: str) -> None:
    address = f"http://{REGISTRY}/v2/{path.format(own=ANNA, other=BEN)}/iris-classifier/blobs/uploads/"
    own = f"http://{REGISTRY}/v2/learner-{ANNA}/iris-classifier/blobs/uploads/"
    script = (
        "password=$(sed 's/.*\"password\": \"//; s/\".*//' /etc/registry/config.json)\n"
        f"curl --path-as-is -s -o /dev/null -w '%{{http_code}} ' -X POST -u learner-{ANNA}:$password {address}\n"
        f"curl -s -o /dev/null -w '%{{http_code}}' -X POST -u learner-{ANNA}:$password {own}"
    )
    refused, let_in = in_server(classroom, "bash", "-c", script).stdout.split()
    assert refused in ("400", "401")
    assert let_in == "202"


def test_packages_that_no_base_has_are_refused_with_a_way_back(classroom: Cluster, lesson_is_done: set[str]) -> None:
    assert ANNA in lesson_is_done

    def in_lesson(command: str) -> subprocess.CompletedProcess[str]:
        place = "cd /home/learner/.local/state/handrail/course-*/home && export HOME=$PWD && cd seldon-iris"
        return in_server(classroom, "env", "SCENARIO_DIR=/course", "bash", "-c", f"{place} && {command}")

    other = "sed -i 's/scikit-learn==.*/scikit-learn/' model/requirements.txt"
    refused = in_lesson(f"{other} && scripts/build-image.sh iris-classifier:0.3 model")
    assert refused.returncode == 1
    assert "No base with these packages was prepared for the class" in refused.stderr
    assert "scripts/go-back.sh" in refused.stderr
    back = in_lesson("scripts/go-back.sh")
    assert back.returncode == 0, back.stdout + back.stderr
    assert "Version 0.1 answers." in back.stdout


@pytest.mark.parametrize(
    "words",
    ["get secrets -n seldon-system", "delete deployment seldon-controller-manager -n seldon-system", "get nodes",
     f"get secret registry-{BEN} -n {NAMESPACE}", f"get sdep -n learner-{BEN}",
     f"get secret registry-owners -n {NAMESPACE}", "delete crd seldondeployments.machinelearning.seldon.io"],
)  # fmt: skip
def test_the_lesson_gives_no_rights_over_what_is_shared(classroom: Cluster, words: str) -> None:
    assert "forbidden" in in_server(classroom, "kubectl", *words.split()).stderr.lower()


def test_a_model_gets_no_privileges_by_way_of_the_operator(classroom: Cluster, lesson_is_done: set[str]) -> None:
    """What Seldon's operator makes of a manifest is a pod of the learner's namespace, under its Pod Security."""
    assert ANNA in lesson_is_done
    patch = (
        '[{"op": "add", "path": "/spec/predictors/0/componentSpecs/0/spec/containers/0/securityContext", '
        '"value": {"privileged": true}}]'
    )
    name, own = "iris-model", f"learner-{ANNA}"
    in_server(classroom, "kubectl", "patch", "sdep", name, "-n", own, "--type=json", "-p", patch)
    seen = ["kubectl", "get", "events", "-n", own, "-o", "jsonpath={.items[*].message}"]

    def is_refused() -> bool:
        return "violates PodSecurity" in in_server(classroom, *seen).stdout

    until(is_refused, "the refusal of the pod")
    for pod in classroom.pods("seldon-deployment-id=iris-model", own):
        contexts = [container.get("securityContext", {}) for container in pod["spec"]["containers"]]
        assert not any(context.get("privileged") for context in contexts)
