"""OAuth with a real Hub, and attacks by those who are signed in, or were."""

from __future__ import annotations

import time
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from websockets.exceptions import InvalidStatus

from handrail.server.hub.guard import SESSION

from ..waiting import PATIENCE, until
from .conftest import ANNA, BEN, TEACHER, Classroom
from .shell import shell

HOME = f"/user/{ANNA}/api/home"
LESSON = f"/user/{ANNA}/api/lessons/lesson"


@pytest.fixture
def anna(classroom: Classroom) -> httpx.Client:
    return classroom.enter(ANNA)


@pytest.fixture
def ben(classroom: Classroom) -> httpx.Client:
    return classroom.enter(BEN)


def cookie(client: httpx.Client) -> str:
    return next(each.value or "" for each in client.cookies.jar if each.name == SESSION)


def test_the_owner_is_let_in_and_stays_where_she_is(anna: httpx.Client) -> None:
    home = anna.get(HOME)
    assert (home.status_code, home.json()["title"]) == (200, "Grow a garden")
    assert anna.get(f"/user/{ANNA}/").status_code == 200


def test_another_learner_is_told_whose_lesson_it_is(ben: httpx.Client) -> None:
    answer = ben.get(f"/user/{ANNA}/", follow_redirects=True)
    assert answer.status_code in (403, 404)
    assert "Grow a garden" not in answer.text
    assert ben.get(HOME).status_code == 401


def test_a_stolen_address_is_worth_nothing_without_the_cookie(classroom: Classroom, anna: httpx.Client) -> None:
    for path in (HOME, f"{LESSON}/state", f"{LESSON}/files"):
        assert httpx.get(classroom.url + path, trust_env=False, timeout=PATIENCE).status_code == 401


def test_a_session_of_ones_own_server_is_none_of_anothers(classroom: Classroom, ben: httpx.Client) -> None:
    stolen = {"Cookie": f"{SESSION}={cookie(ben)}"}
    assert httpx.get(classroom.url + HOME, headers=stolen, trust_env=False, timeout=PATIENCE).status_code == 401
    with pytest.raises(InvalidStatus) as refusal, shell(classroom, ANNA, cookie(ben)):
        pass
    assert refusal.value.response.status_code == 401


def test_a_foreign_origin_is_refused_whatever_cookie_it_has(classroom: Classroom, anna: httpx.Client) -> None:
    for origin in ("http://evil.example", f"http://127.0.0.1:{classroom.port + 1}", "null"):
        answer = anna.post(f"{LESSON}/reset", headers={"Origin": origin}, json={})
        assert (answer.status_code, "another site" in answer.text) == (403, True)
    assert anna.post(f"{LESSON}/auto-check", headers={"Origin": classroom.url}, json={"on": False}).status_code == 200
    assert anna.post(f"{LESSON}/auto-check", json={"on": False}).status_code == 403


def test_a_code_works_once_and_with_its_own_state_alone(classroom: Classroom, anna: httpx.Client) -> None:
    mallory = classroom.browser_of(ANNA)
    begun = mallory.get(f"/user/{ANNA}/")
    at_the_hub = mallory.get(begun.headers["location"])
    back = at_the_hub.headers["location"]
    asked = parse_qs(urlsplit(back).query)
    forged = back.replace(asked["state"][0], "x" * 43)
    assert mallory.get(forged).status_code == 403
    # Another browser, which did not begin, is sent the way back: a sign-in that somebody wants her to have.
    assert httpx.get(classroom.url + back, trust_env=False, timeout=PATIENCE).status_code == 403
    first = mallory.get(back)
    assert (first.status_code, SESSION in first.headers["set-cookie"]) == (302, True)
    assert mallory.get(back).status_code == 403


def test_the_teacher_may_look_in(classroom: Classroom, anna: httpx.Client) -> None:
    teacher = classroom.browser_of(TEACHER)
    answer = teacher.get(f"/user/{ANNA}/", follow_redirects=True)
    # The Hub asks whether handrail may know who she is, because the server is another one's.
    assert answer.url.path in (f"/user/{ANNA}/", "/hub/api/oauth2/authorize")


def test_a_learners_shell_finds_no_token_and_no_file_of_anothers(
    classroom: Classroom, anna: httpx.Client, ben: httpx.Client
) -> None:
    homes = classroom.folder / "homes"
    with shell(classroom, ANNA, cookie(anna)) as terminal:
        found = terminal.says(
            "whoami; env | grep -ci -e ^jupyter -e ^jpy; cat /proc/[0-9]*/environ 2>/dev/null | grep -aci api_token; "
            f"ls {homes / BEN}; cat {classroom.folder / 'passwords.txt'}; touch {classroom.folder / 'course' / 'x'}",
        )
    printed = found.split("touch", 1)[1]
    assert f"{ANNA}\r\n0\r\n0\r\n" in printed
    assert printed.count("Permission denied") == 3


def test_whoever_signs_out_at_the_hub_is_out_of_the_lesson_with_open_sockets(classroom: Classroom) -> None:
    ben = classroom.enter(BEN)
    with shell(classroom, BEN, cookie(ben)) as terminal:
        ben.get("/hub/logout")

        def is_out() -> bool:
            time.sleep(0.2)
            # A click, so that nobody takes him for idle meanwhile.
            click = {"url": f"/user/{BEN}/api/lessons/lesson/auto-check", "json": {"on": False}}
            return ben.post(**click, headers={"Origin": classroom.url}).status_code == 401

        until(is_out, "the end of the session")

        until(terminal.is_closed, "the end of the socket")
