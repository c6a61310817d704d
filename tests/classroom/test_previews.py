"""Previews through a real Hub: who sees them, what they are told, and what a page in one can do."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import FrameLocator, Page, expect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from handrail.runtime import open_ports
from handrail.server.hub.guard import SESSION, TOO_LARGE
from handrail.server.serve import LARGEST_FRAME

from ..browser.steps import outcome_of, type_into
from ..ports import free_port
from ..waiting import PATIENCE, until
from .conftest import ANNA, BEN, CLEO, Classroom, SignIn
from .local import PROGRAMS
from .test_lesson import ATTACK

SERVICE = Path(__file__).parent / "lesson_service.py"


@contextmanager
def program_of(name: str, port: int) -> Iterator[int]:
    """A program of the learner's that serves a web page; its port."""
    command = [PROGRAMS / "venv" / "bin" / "python", "-c", SERVICE.read_text(), str(port)]
    process = subprocess.Popen(command, user=name, group="handrail-classroom", extra_groups=[], cwd="/")
    try:
        until(lambda: port in (open_ports.here() or ()), "the program's port")
        yield port
    finally:
        process.terminate()
        process.wait(PATIENCE)


class Look:
    """A preview of a port of one learner, in a browser that is signed in to it."""

    def __init__(self, classroom: Classroom, learner: httpx.Client, name: str, port: int) -> None:
        self.classroom, self.learner, self.name = classroom, learner, name
        opened = self.post("previews", {"port": port})
        assert opened.status_code == 200, opened.text
        self.id = opened.json()["id"]
        self.address = urlsplit(self.ticket())
        self.host = self.address.netloc
        entered = self.send(f"{self.address.path}?{self.address.query}")
        assert entered.status_code == 303, entered.text
        self.cookie = entered.headers["set-cookie"].partition(";")[0]

    @property
    def origin(self) -> str:
        return f"http://{self.host}"

    def post(self, path: str, body: object = None) -> httpx.Response:
        """As the page of the learner's lesson does."""
        path = f"/user/{self.name}/api/lessons/lesson/{path}"
        return self.learner.post(path, json=body or {}, headers={"Origin": self.classroom.url})

    def ticket(self) -> str:
        return str(self.post(f"previews/{self.id}/ticket", {"path": "/"}).json()["url"])

    def send(self, path: str = "/", **headers: str) -> httpx.Response:
        """To the preview's origin, with these headers and no others of a browser."""
        fields = {"Host": self.host, **{name.replace("_", "-"): value for name, value in headers.items()}}
        return httpx.get(self.classroom.url + path, headers=fields, trust_env=False, timeout=PATIENCE)

    def socket(self, **headers: str) -> ClientConnection:
        fields = {"Cookie": self.cookie, "Origin": self.origin, **headers}
        return connect(
            f"ws://{self.host}/live", address=("127.0.0.1", self.classroom.port), origin=fields.pop("Origin"),  # type: ignore[arg-type]
            additional_headers=fields, compression=None, proxy=None, open_timeout=PATIENCE, max_size=None,
        )  # fmt: skip


@pytest.fixture
def look(classroom: Classroom) -> Iterator[Look]:
    with program_of(ANNA, free_port()) as port:
        yield Look(classroom, classroom.enter(ANNA), ANNA, port)


def test_the_owner_sees_it_and_it_is_told_nothing_of_the_classroom(look: Look) -> None:
    assert "a dashboard" in look.send(Cookie=look.cookie).text
    given = f"{SESSION}=stolen; {look.cookie}; jupyterhub-session-id=own-of-the-service; theme=dark"
    proxied = {"X-Forwarded-For": "10.0.0.9", "X-Forwarded-Host": look.host, "Forwarded": "for=10.0.0.9"}
    asked = look.send("/asked?x=1", Cookie=given, Referer=f"{look.origin}/page", **proxied).json()
    headers = dict(asked["headers"])
    port = look.id.removeprefix("p")
    assert (asked["path"], headers["host"], headers["referer"]) == (
        "/asked?x=1", f"127.0.0.1:{port}", f"http://127.0.0.1:{port}/page",
    )  # fmt: skip
    assert look.cookie.partition("=")[2] not in str(asked)
    assert not [name for name in headers if "forward" in name]
    assert "theme=dark" in headers["cookie"]


def test_a_websocket_goes_both_ways_with_long_messages(look: Look) -> None:
    with look.socket() as socket:
        for message in ("text ü", b"\x00\xff", "x" * (1 << 19)):
            socket.send(message)
            assert socket.recv(timeout=PATIENCE) == message


def test_the_players_own_sockets_take_no_messages_as_long_as_a_previews(classroom: Classroom, look: Look) -> None:
    session = next(each.value or "" for each in look.learner.cookies.jar if each.name == SESSION)
    address = f"ws://127.0.0.1:{classroom.port}/user/{ANNA}/api/lessons/lesson/terminals/T1/socket"
    with connect(
        address, origin=classroom.url, additional_headers={"Cookie": f"{SESSION}={session}"}, proxy=None,  # type: ignore[arg-type]
        subprotocols=["handrail"], open_timeout=PATIENCE,  # type: ignore[list-item]
    ) as socket:  # fmt: skip
        socket.send(b"x" * (LARGEST_FRAME + 1))
        with pytest.raises(ConnectionClosed) as closed:
            socket.recv(timeout=PATIENCE)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == TOO_LARGE


def test_without_its_cookie_nobody_sees_it_whatever_they_say_of_themselves(classroom: Classroom, look: Look) -> None:
    ben = classroom.enter(BEN)
    session = next(each.value or "" for each in ben.cookies.jar if each.name == SESSION)
    own_page = {"Sec_Fetch_Site": "same-origin", "Sec_Fetch_Mode": "navigate"}
    for headers in ({}, own_page, {"Cookie": f"{SESSION}={session}"}, {"Cookie": look.cookie[:-1]}):
        answer = look.send(**headers)
        # Whoever says to be a page of the service's own is sent to the lesson, to sign in there.
        assert answer.status_code == (303 if headers is own_page else 401)
        assert "set-cookie" not in answer.headers
        assert "dashboard" not in answer.text
    with pytest.raises(InvalidStatus) as refusal, look.socket(Cookie=f"{SESSION}={session}"):
        pass
    assert refusal.value.response.status_code == 401


def test_another_learner_gets_no_ticket_and_his_own_opens_nothing_of_hers(classroom: Classroom, look: Look) -> None:
    ben = classroom.enter(BEN)
    asked = f"/user/{ANNA}/api/lessons/lesson/previews/{look.id}/ticket"
    assert ben.post(asked, json={"path": "/"}, headers={"Origin": classroom.url}).status_code == 401
    with program_of(BEN, free_port()) as port:
        his = Look(classroom, ben, BEN, port)
        assert his.host.rpartition("-")[2] != look.host.rpartition("-")[2]
        assert look.send(Cookie=his.cookie).status_code == 401
        ticket = urlsplit(his.ticket())
        assert look.send(f"{ticket.path}?{ticket.query}").status_code == 401


def test_a_ticket_opens_once_and_its_own_port_alone(classroom: Classroom, look: Look) -> None:
    with program_of(ANNA, free_port()) as port:
        other = Look(classroom, look.learner, ANNA, port)
        ticket = urlsplit(look.ticket())
        assert other.send(f"{ticket.path}?{ticket.query}").status_code == 401
        assert other.send(Cookie=look.cookie).status_code == 401
    ticket = urlsplit(look.ticket())
    assert look.send(f"{ticket.path}?{ticket.query}").status_code == 303
    assert look.send(f"{ticket.path}?{ticket.query}").status_code == 401


TAB = {"Sec_Fetch_Site": "none", "Sec_Fetch_Mode": "navigate", "Sec_Fetch_Dest": "document"}


def test_a_tab_opened_at_its_address_is_signed_in_by_the_lesson_and_by_nobody_elses(
    classroom: Classroom, look: Look
) -> None:
    sent = look.send("/page?x=1", **TAB)
    by_the_lesson = sent.headers["location"]
    assert (sent.status_code, by_the_lesson.startswith(f"{classroom.url}/user/{ANNA}/preview?")) == (303, True)
    as_a_tab = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    ticket = urlsplit(look.learner.get(by_the_lesson, headers=as_a_tab).headers["location"])
    entered = look.send(f"{ticket.path}?{ticket.query}")
    assert (ticket.netloc, entered.status_code, entered.headers["location"]) == (look.host, 303, "/page?x=1")
    # The browser keeps no cookie: it is not sent around in a circle.
    assert look.send("/page?x=1", **{**TAB, "Sec_Fetch_Site": "cross-site"}).status_code == 401

    his = classroom.enter(BEN).get(by_the_lesson, headers=as_a_tab)
    assert his.headers["location"].startswith("/hub/api/oauth2/authorize")
    for kind in ({"Sec-Fetch-Dest": "iframe"}, {"Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"}):
        assert look.learner.get(by_the_lesson, headers={**as_a_tab, **kind}).status_code == 403
    for query in ("at=evil.example&path=/", f"at={look.host}&path=//evil.example/", f"at={look.host}.evil.example"):
        elsewhere = look.learner.get(f"/user/{ANNA}/preview?{query}", headers=as_a_tab)
        assert (elsewhere.status_code in (400, 404), "location" in elsewhere.headers) == (True, False)


def test_what_another_origin_asks_for_is_refused_whatever_cookie_it_has(classroom: Classroom, look: Look) -> None:
    for origin in ("http://evil.example", classroom.url, f"http://p1-{look.host.partition('-')[2]}", "null"):
        with pytest.raises(InvalidStatus) as refusal, look.socket(Origin=origin):
            pass
        assert refusal.value.response.status_code == 403, origin
    for site in ("cross-site", "same-site"):
        assert look.send(Cookie=look.cookie, Sec_Fetch_Site=site, Sec_Fetch_Mode="cors").status_code == 403


@pytest.mark.parametrize("path", ["/", "/hub/login", f"/user/{ANNA}/", f"/user/{ANNA}/api/home", "/hub/api/"])
def test_a_previews_name_leads_to_neither_the_hub_nor_a_player(classroom: Classroom, look: Look, path: str) -> None:
    session = next(each.value or "" for each in look.learner.cookies.jar if each.name == SESSION)
    label, _, rest = look.host.partition(".")
    for host in (look.host.replace(look.id, "p1"), f"{label[:-20]}{'0' * 20}.{rest}"):
        answer = look.send(path, Host=host, Cookie=f"{SESSION}={session}; {look.cookie}")
        assert answer.status_code in (404, 421), (host, answer.text)
        assert "garden" not in answer.text
        assert "JupyterHub" not in answer.text
    # At the right name, it is the service that has such a path.
    assert "a dashboard" in look.send(path, Cookie=look.cookie).text


def test_programs_of_others_and_the_classrooms_own_are_not_shown(classroom: Classroom, look: Look) -> None:
    port = free_port()
    hub, proxy = (int(classroom.environment[name]) for name in ("HUB_PORT", "PROXY_PORT"))
    with program_of(BEN, port):
        for one in (port, hub, proxy):
            anothers = Look(classroom, look.learner, ANNA, one)
            answer = anothers.send(Cookie=anothers.cookie)
            assert (answer.status_code, f"Nothing answers on port {one} now" in answer.text) == (502, True)
            with pytest.raises(InvalidStatus), anothers.socket():
                pass
            state = look.learner.get(f"/user/{ANNA}/api/lessons/lesson/state").json()
            assert {each["anothers"] for each in state["previews"] if each["port"] == one} == {True}
            anothers.post(f"previews/{anothers.id}/close")


def test_whoever_signs_out_at_the_hub_is_out_of_previews_with_open_sockets(classroom: Classroom) -> None:
    cleo = classroom.enter(CLEO)
    with program_of(CLEO, free_port()) as port:
        look = Look(classroom, cleo, CLEO, port)
        with look.socket() as socket:
            cleo.get("/hub/logout")

            def is_out() -> bool:
                time.sleep(0.2)
                return look.send(Cookie=look.cookie).status_code == 401

            until(is_out, "the end of the session")

            def is_closed() -> bool:
                try:
                    socket.recv(timeout=1)
                except ConnectionClosed:
                    return True
                except TimeoutError:
                    return False
                return False

            until(is_closed, "the end of the socket")


def frame(page: Page) -> FrameLocator:
    return page.frame_locator(".preview:not([hidden]) iframe")


def show_port(page: Page, port: int) -> None:
    """Asks for a preview by the menu, of a port where nothing listens yet."""
    expect(page.locator("#tab-T1")).to_have_attribute("data-state", "prompt")
    page.locator("#menu-button").click()
    page.locator("#menu .port").fill(str(port))
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator(".preview:not([hidden])")).to_contain_text(f"Nothing listens on port {port} yet")
    page.locator("#tab-T1").click()


def test_a_service_appears_beside_the_terminal_and_its_page_cannot_use_the_player(
    classroom: Classroom, sign_in: SignIn
) -> None:
    page, port = sign_in(BEN), free_port()
    show_port(page, port)
    (classroom.home(BEN) / "kept.txt").write_text("kept")
    (classroom.home(BEN) / "service.py").write_text(SERVICE.read_text())
    type_into(page, f"{PROGRAMS}/venv/bin/python ~/service.py {port} &")
    page.get_by_role("tab", name=f"Port {port}", exact=True).click()
    expect(frame(page).locator("#asked")).to_have_text("asked for /asked, dark")
    expect(frame(page).locator("#live")).to_have_text("live: one two")

    place = f"127.0.0.1:{classroom.port}/user/{BEN}"
    inside = next(each for each in page.frames if f"p{port}-" in each.url)
    assert outcome_of(inside, ATTACK, place) == ["refused", "refused", "refused"]
    for reading in ("top.document.title", "parent.localStorage.length", "window.frameElement.id"):
        assert outcome_of(inside, f"() => {{ try {{ return {reading}; }} catch {{ return 'refused'; }} }}", None) in (
            "refused", None,
        )  # fmt: skip

    with page.context.expect_page() as opened:
        page.get_by_role("button", name="Open in a browser tab").click()
    tab = opened.value
    expect(tab.locator("#live")).to_have_text("live: one two")
    assert outcome_of(tab, ATTACK, place) == ["refused", "refused", "refused"]
    assert tab.evaluate("opener") is None
    copied = page.context.new_page()
    copied.goto(inside.url)
    expect(copied.locator("#live")).to_have_text("live: one two")
    assert (classroom.home(BEN) / "kept.txt").read_text() == "kept"
    type_into(page, "kill %1")
