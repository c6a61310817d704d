"""A learner's home on a volume of its own that is full: what is said, what is kept, how it goes on."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
from playwright.sync_api import expect

from ..browser.steps import screen, type_into
from ..waiting import PATIENCE, until
from .conftest import PUPILS, Classroom, SignIn
from .learner import Learner

FULL, FULL_AT_FIRST = PUPILS[:2]
FILL = "head -c 100M /dev/zero > ~/fill"


@contextmanager
def small_volume(classroom: Classroom, name: str) -> Iterator[None]:
    """The learner's home on a disk of 4 MiB while nothing of theirs is in it."""
    home = classroom.folder / "homes" / name
    owner = home.stat()
    options = f"size=4m,mode=700,uid={owner.st_uid},gid={owner.st_gid}"
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "none", home], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", home], check=True)


def end_server(classroom: Classroom, name: str) -> None:
    """Ends the learner's server as the culler does."""
    _, environment = classroom.culler()
    key = {"Authorization": f"token {environment['JUPYTERHUB_API_TOKEN']}"}
    place = f"{environment['JUPYTERHUB_API_URL']}/users/{name}/server"
    until(
        lambda: httpx.delete(place, headers=key, trust_env=False, timeout=PATIENCE).status_code in (204, 404),
        "the server's end",
    )


def saved(classroom: Classroom, name: str) -> dict[str, Any]:
    """The progress on the learner's disk."""
    return dict(json.loads((classroom.home(name).parent / "progress.json").read_text()))


def test_a_volume_that_gets_full_loses_nothing_and_lets_its_learner_in_again(
    classroom: Classroom, sign_in: SignIn
) -> None:
    with small_volume(classroom, FULL):
        learner = Learner(classroom, FULL)
        learner.open("step1")
        with learner.shell() as terminal:
            terminal.says(f"mkdir north; cp seeds.txt north/; {FILL}")
        learner.post("pages/step1/check")
        learner.wait(lambda now: "free some space" in now["notice"], "what is wrong")
        # What could not be kept has not passed, and what was kept before is whole.
        assert saved(classroom, FULL) | {"page": "step1", "passed": []} == saved(classroom, FULL)

        # Somebody ends the server, or it is culled: the disk is as full as before when it starts.
        end_server(classroom, FULL)
        page = sign_in(FULL)
        expect(page.locator("#tab-T1")).to_have_attribute("data-state", "prompt")
        expect(page.locator("#lesson")).to_have_attribute("data-page", "step1")
        page.locator('#bar [data-do="check"]').click()
        expect(page.locator("#notices")).to_contain_text("ree some space")
        type_into(page, "rm ~/fill; df ~ | grep -c 100% || echo room")
        expect(screen(page)).to_contain_text("room")
        page.locator('#bar [data-do="check"]').click()
        expect(page.locator("#outcome")).to_contain_text("Passed")
        assert saved(classroom, FULL)["passed"] == ["step1"]
        page.context.close()
        end_server(classroom, FULL)


def test_a_volume_that_is_full_before_the_first_lesson_is_said_where_the_lesson_would_be(
    classroom: Classroom, sign_in: SignIn
) -> None:
    with small_volume(classroom, FULL_AT_FIRST):
        fill = classroom.folder / "homes" / FULL_AT_FIRST / "fill"
        subprocess.run(f"head -c 100M /dev/zero > {fill}", shell=True, stderr=subprocess.DEVNULL, check=False)
        page = sign_in(FULL_AT_FIRST)
        expect(page.locator("h1")).to_have_text("Your lesson does not start")
        expect(page.locator("main")).to_contain_text("no space left on device): free some space")
        # The next page looks like this one: a click before it is there would be one on this one.
        with page.expect_navigation(timeout=1000 * PATIENCE):
            page.get_by_role("link", name="Try again").click()
        expect(page.locator("h1")).to_have_text("Your lesson does not start")
        fill.unlink()
        page.get_by_role("link", name="Try again").click()
        expect(page.locator("#tab-T1")).to_have_attribute("data-state", "prompt")
        page.context.close()
        end_server(classroom, FULL_AT_FIRST)
