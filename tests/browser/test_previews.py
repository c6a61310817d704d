"""Services beside the terminals: shown when they are there, and unable to reach the player."""

from __future__ import annotations

from playwright.sync_api import FrameLocator, Page, expect

from ..ports import free_port
from .axe import findings
from .conftest import Opener, Play, Player
from .services import pages
from .steps import eventually, outcome_of, screen, type_into


def begin(play: Player, shop: int | None = None, board: int | None = None) -> Play:
    """The scenario with a shop that the learner starts, and a board."""
    return play("services", words={"SHOP": shop or free_port(), "BOARD": board or free_port()})


def frame(page: Page) -> FrameLocator:
    return page.frame_locator(".preview:not([hidden]) iframe")


def tab(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name, exact=True).click()


def test_a_service_appears_by_itself_and_can_be_walked_through(play: Player, open_page: Opener) -> None:
    shop = free_port()
    page = open_page(begin(play, shop))
    page.locator("#lesson a", has_text="the shop").click()
    expect(page.locator(".preview:not([hidden])")).to_contain_text(f"Nothing listens on port {shop} yet")
    page.locator('#lesson [data-do="run"]').click()
    tab(page, f"Port {shop}")
    expect(frame(page).locator("h1")).to_have_text("roses")
    frame(page).get_by_text("more").click()
    expect(frame(page).locator("h1")).to_have_text("tulips")
    page.evaluate("history.back()")
    expect(frame(page).locator("h1")).to_have_text("roses")
    path = page.get_by_label(f"Path on Port {shop}")
    path.fill(" more.html")
    path.press("Enter")
    expect(frame(page).locator("h1")).to_have_text("tulips")
    expect(path).to_have_value("/more.html")
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="Open in a browser tab").click()
    expect(opened.value.locator("h1")).to_have_text("tulips")
    opened.value.close()
    page.locator("#tab-T1").click()
    page.keyboard.press("Control+c")
    tab(page, f"Port {shop}")
    expect(page.locator(".preview:not([hidden]) .preview-bar")).to_contain_text(f"Nothing listens on port {shop} now")
    page.get_by_role("button", name=f"Close Port {shop}").click()
    expect(page.get_by_role("tab", name=f"Port {shop}")).to_have_count(0)
    expect(screen(page)).to_be_visible()


def test_dashboards_of_the_index_are_tabs_from_the_start(play: Player, open_page: Opener) -> None:
    with pages({"/": "<h1>all is well</h1>"}) as board:
        page = open_page(begin(play, board=board))
        expect(page.get_by_role("tab").filter(visible=True)).to_have_text(["T1", "Board", "Handbook"])
        tab(page, "Board")
        expect(frame(page).locator("h1")).to_have_text("all is well")
        tab(page, "Handbook")
        link = page.locator(".preview:not([hidden]) a")
        expect(link).to_have_attribute("href", "https://handbook.example/start")
        expect(page.locator(".preview:not([hidden]) iframe")).to_have_count(0)
        eventually(page, lambda: findings(page), lambda found: found == [])
        page.reload()
        tab(page, "Board")
        expect(frame(page).locator("h1")).to_have_text("all is well")


def test_the_menu_shows_what_the_learner_has_started(play: Player, open_page: Opener) -> None:
    shop = free_port()
    page = open_page(begin(play, shop))
    page.locator('#lesson [data-do="run"]').click()
    page.locator("#menu-button").click()
    page.get_by_role("button", name=f"Show port {shop}").click()
    expect(frame(page).locator("h1")).to_have_text("roses")


def test_an_address_in_the_terminal_opens_beside_it(play: Player, open_page: Opener) -> None:
    with pages({"/deep": "<h1>deep</h1>"}) as shop:
        page = open_page(begin(play))
        type_into(page, f"echo 'http://127.0.0.1:'{shop}/deep")
        row = screen(page).locator("> div").filter(has_text=f"127.0.0.1:{shop}/deep").last
        row.hover(position={"x": 60, "y": 8}, force=True)
        expect(page.locator("#panel-T1 .xterm-cursor-pointer")).to_be_visible()
        row.click(position={"x": 60, "y": 8}, force=True)
        expect(frame(page).locator("h1")).to_have_text("deep")


ATTACK = """async ([player, token]) => {
    const tried = {};
    const attempt = async (name, act) => {
        try { tried[name] = String(await act()); } catch (error) { tried[name] = "refused"; }
    };
    await attempt("fetch", async () => (await fetch(`${player}/api/home`)).status);
    await attempt("fetch with token", async () =>
        (await fetch(`${player}/api/home`, {headers: {Authorization: `Bearer ${token}`}})).status);
    await attempt("blind post", async () => (await fetch(`${player}/api/lessons/lesson/reset`,
        {method: "POST", mode: "no-cors", body: "{}"})).type);
    await attempt("socket", () => new Promise((open, fail) => {
        const socket = new WebSocket(`${player.replace("http", "ws")}/api/lessons/lesson/events`,
            ["handrail", `handrail.token.${token}`]);
        socket.onopen = () => open("open");
        socket.onerror = fail;
    }));
    await attempt("top's document", () => top.document.title);
    await attempt("top's storage", () => top.sessionStorage.length);
    await attempt("parent's function", () => parent.eval("1"));
    await attempt("opener", () => { if (!opener) throw new Error(); return opener.document.title; });
    await attempt("navigate top", () => { top.location.href = "about:blank"; return "gone"; });
    await attempt("cookie for localhost", () => {
        document.cookie = "evil=1; domain=localhost";
        document.cookie = "evil=1; domain=127.0.0.1";
        if (!document.cookie.includes("evil")) throw new Error();
        return document.cookie;
    });
    await attempt("our cookie", () => { if (!document.cookie.includes("handrail")) throw new Error(); return "read"; });
    await attempt("worker", async () => (await navigator.serviceWorker.register("/sw.js")).scope);
    await attempt("the player in a frame", () => new Promise((shown, fail) => {
        const inner = document.createElement("iframe");
        inner.src = player;
        inner.onload = () => { try { shown(inner.contentWindow.location.href); } catch { fail(); } };
        inner.onerror = fail;
        document.body.append(inner);
    }));
    await attempt("its script", () => new Promise((loaded, fail) => {
        const script = document.createElement("script");
        script.type = "module";
        script.src = `${player}/static/js/api.js`;
        script.onload = () => loaded("loaded");
        script.onerror = fail;
        document.body.append(script);
    }));
    parent.postMessage({hello: 1, token: "x", type: "open", state: {}}, "*");
    alert("stop");
    addEventListener("beforeunload", (event) => event.preventDefault());
    return tried;
}"""


def test_what_a_service_serves_cannot_reach_the_player(play: Player, open_page: Opener) -> None:
    escape = "<a id=top target=_top href=/other>top</a><a id=blank target=_blank href=/other>blank</a>"
    with pages({"/": f"<h1>evil</h1>{escape}", "/other": "<h1>other</h1>", "/sw.js": ""}) as board:
        player = begin(play, board=board)
        page = open_page(player)
        dialogs: list[str] = []
        page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
        tab(page, "Board")
        expect(frame(page).locator("h1")).to_have_text("evil")
        address = page.url
        evil = next(each for each in page.frames if ".localhost:" in each.url)
        tried = outcome_of(evil, ATTACK, [f"http://127.0.0.1:{player.port}", player.token])
        assert {name: how for name, how in tried.items() if how != "refused"} in ({}, {"blind post": "opaque"})
        with page.context.expect_page() as opened:
            frame(page).locator("#blank").click()
        expect(opened.value.locator("h1")).to_have_text("other")
        eventually(page, lambda: opened.value.evaluate("String(opener)"), lambda opener: opener == "null")
        opened.value.close()
        frame(page).locator("#top").click()
        page.locator("#tab-T1").click()
        type_into(page, "echo still $((20 + 1))")
        expect(screen(page)).to_contain_text("still 21")
        assert (page.url, dialogs) == (address, [])
        # What was posted blindly has begun nothing: the shell is the same, and so is the lesson.
        eventually(page, lambda: page.evaluate("document.cookie"), lambda cookies: cookies == "")
        assert page.context.cookies(f"http://127.0.0.1:{player.port}") == []


def test_a_service_that_leads_elsewhere_or_forbids_framing_is_told_or_shown(play: Player, open_page: Opener) -> None:
    answers: dict[str, object] = {}
    with pages(answers) as board:  # type: ignore[arg-type]
        player = begin(play, board=board)
        shy = {"X-Frame-Options": "DENY", "Content-Security-Policy": "frame-ancestors 'none'"}
        answers["/"] = (200, shy, "<h1>shy</h1>")
        answers["/player"] = (302, {"Location": f"http://127.0.0.1:{player.port}/"}, "")
        page = open_page(player)
        tab(page, "Board")
        expect(frame(page).locator("h1")).to_have_text("shy")
        path = page.get_by_label("Path on Board")
        path.fill("/player")
        path.press("Enter")
        expect(frame(page).locator("h1")).to_have_text("This page is elsewhere")
        expect(frame(page).locator("a")).to_have_attribute("href", f"http://127.0.0.1:{player.port}/")


def test_any_port_can_be_asked_for_and_one_that_cannot_be_shown_is_told(play: Player, open_page: Opener) -> None:
    player = begin(play)
    page = open_page(player)

    def ask(port: object) -> None:
        page.locator("#menu-button").click()
        page.get_by_label("Another port").fill(str(port))
        page.keyboard.press("Enter")

    for port in ("0", "99999", "eighty"):
        ask(port)
        expect(page.locator("#notices")).to_contain_text("A port is a number from 1 to 65535.")
        page.locator("#notices button").click()
    ask(player.port)
    expect(page.locator("#notices")).to_contain_text("is handrail's own")
    with pages({"/": "<h1>asked for</h1>"}) as port:
        ask(port)
        expect(frame(page).locator("h1")).to_have_text("asked for")
        eventually(page, lambda: findings(page), lambda found: found == [])
