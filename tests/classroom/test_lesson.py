"""Three learners in real browsers at once; one goes away, is forgotten and comes back."""

from __future__ import annotations

import http.server
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
from playwright.sync_api import Page, expect

from ..browser.steps import go_to_step_1, outcome_of, run, screen, type_into
from ..waiting import PATIENCE, until
from .conftest import ANNA, BEN, CLEO, Classroom, SignIn
from .local import ACTIVITY_INTERVAL


def is_served(classroom: Classroom, name: str) -> bool:
    """Whether the learner's server runs: the Hub answers in its place with a page."""
    answer = httpx.get(f"{classroom.url}/user/{name}/static/icon.svg", trust_env=False, timeout=PATIENCE)
    return answer.headers.get("content-type", "").startswith("image/svg")


def check(page: Page) -> None:
    page.locator('#bar [data-do="check"]').click()


@contextmanager
def web_page(text: str) -> Iterator[str]:
    """The address of a page that some program on this machine serves."""

    class Answer(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


ATTACK = """async (place) => {
    const base = `http://${place}/`;
    const told = [];
    const ask = async (path, options) => {
        try {
            const answer = await fetch(base + path, { credentials: "include", ...options });
            told.push(answer.type === "opaque" ? "sent" : `${answer.status}`);
        } catch { told.push("refused"); }
    };
    await ask("api/lessons/lesson/state", {});
    await ask("api/lessons/lesson/reset", { method: "POST", mode: "no-cors", body: "{}" });
    told.push(await new Promise((resolve) => {
        const socket = new WebSocket(`ws://${place}/api/lessons/lesson/terminals/T1/socket`, ["handrail"]);
        socket.onopen = () => resolve("open");
        socket.onerror = () => resolve("refused");
    }));
    return told;
}"""


def test_three_learners_at_once_and_one_who_comes_back(classroom: Classroom, sign_in: SignIn) -> None:
    learners = {name: sign_in(name) for name in (ANNA, BEN, CLEO)}
    for name, page in learners.items():
        expect(page.locator("#tab-T1")).to_have_attribute("data-state", "prompt")
        expect(screen(page)).to_contain_text("the garden is yours")
        assert f"/user/{name}/" in page.url
    for page in learners.values():
        go_to_step_1(page)
        check(page)
    for page in learners.values():
        expect(page.locator("#outcome")).to_contain_text("The north bed is empty")
        run(page, 1)
    for name, page in learners.items():
        type_into(page, "whoami > mine.txt")
        mine = classroom.home(name) / "mine.txt"
        until(lambda mine=mine: mine.is_file() and mine.read_text(), "what was typed")
        assert (mine.read_text(), mine.owner()) == (f"{name}\n", name)
        check(page)
        expect(page.locator("#outcome")).to_contain_text("Passed")

    # Anna's page stays open, longer than a tab would need to tell the Hub that it is somebody; Ben goes on typing.
    left = time.time()
    away = 3 * ACTIVITY_INTERVAL

    def is_long_ago() -> bool:
        learners[BEN].locator("#panel-T1 textarea").focus()
        learners[BEN].keyboard.press("Enter")
        learners[BEN].wait_for_timeout(500)
        return classroom.worked(BEN) > left + away

    until(is_long_ago, "the Hub's knowledge that Ben works")
    assert classroom.worked(ANNA) <= left
    with classroom.culling(left + away / 2):
        until(lambda: not is_served(classroom, ANNA), "the culler")
    assert is_served(classroom, BEN)

    anna = learners[ANNA]
    # Her page has found out by itself, and does not start the server again: an open tab is nobody.
    anna.locator("#start").click()
    expect(anna.locator("#tab-T1")).to_have_attribute("data-state", "prompt")
    expect(anna.locator("#lesson")).to_have_attribute("data-page", "step1")
    expect(anna.locator('.stop[data-page="step1"]')).to_have_class(re.compile(r"\bpassed\b"))
    type_into(anna, "cat mine.txt")
    expect(screen(anna)).to_contain_text(f"{ANNA}")


def test_a_page_that_a_lessons_program_serves_cannot_use_the_player(classroom: Classroom, sign_in: SignIn) -> None:
    """It is of the same site as the player, whose cookie the browser has: 127.0.0.1 is one host for all ports."""
    page = sign_in(CLEO)
    expect(page.locator("#tab-T1")).to_have_attribute("data-state", "prompt")
    (classroom.home(CLEO) / "kept.txt").write_text("kept")
    place = f"127.0.0.1:{classroom.port}/user/{CLEO}"
    with web_page("<p>a dashboard</p>") as address:
        evil = page.context.new_page()
        evil.goto(address)
        assert outcome_of(evil, ATTACK, place) == ["refused", "refused", "refused"]
    # Nothing was carried out: a reset would have taken the file.
    expect(page.locator("#tab-T1")).to_have_attribute("data-state", "prompt")
    assert (classroom.home(CLEO) / "kept.txt").read_text() == "kept"
