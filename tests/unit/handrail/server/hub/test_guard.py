"""The guard of a player behind JupyterHub, attacked over the wire without a session. With one: tests/classroom."""

from __future__ import annotations

import subprocess
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from .....ports import free_port
from .....waiting import PATIENCE
from ..test_wire import every_request
from .hub_server import HubServer, command, environment, start

SHOWN = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}


def ask(method: str, address: str, **headers: str) -> httpx.Response:
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.request(method, address, headers=fields, trust_env=False, timeout=PATIENCE)


@pytest.mark.parametrize(("kind", "method", "path"), every_request())
def test_every_route_but_static_files_needs_a_session(server: HubServer, kind: str, method: str, path: str) -> None:
    if kind == "socket":
        address = server.at(path).replace("http", "ws", 1)
        with pytest.raises(InvalidStatus) as refusal, connect(address, origin=server.origin, proxy=None):  # type: ignore[arg-type]
            pass
        assert refusal.value.response.status_code == 401
        return
    answer = ask(method, server.at(path), Origin=server.origin)
    wanted = 200 if kind == "static" else 302 if path == "/" else 401
    assert answer.status_code == wanted
    assert "Hidden meadow" not in answer.text


@pytest.mark.parametrize(
    "cookie", ["handrail-session=", "handrail-session=" + "x" * 43, "handrail-state-x=y", "other=z", "handrail-session"]
)
def test_a_cookie_of_ones_own_making_is_refused(server: HubServer, cookie: str) -> None:
    assert ask("GET", server.at("/api/home"), Cookie=cookie).status_code == 401


@pytest.mark.parametrize("path", ["/", "/api/home", "/user/anna", "/user/anna/../../api/home", "/user/annabel/api"])
def test_nothing_is_served_outside_of_its_path(server: HubServer, path: str) -> None:
    answer = ask("GET", server.origin + path)
    assert (answer.status_code, "Hidden" in answer.text) == (302 if path == "/user/anna" else 404, False)


def test_a_browser_without_a_session_is_led_to_the_hub_with_state_and_a_challenge(server: HubServer) -> None:
    answer = ask("GET", server.at("/"), **SHOWN)
    to = urlsplit(answer.headers["location"])
    asked = {name: values[0] for name, values in parse_qs(to.query).items()}
    assert (answer.status_code, to.path) == (302, "/hub/api/oauth2/authorize")
    assert asked["client_id"] == "jupyterhub-user-anna"
    assert (asked["code_challenge_method"], len(asked["code_challenge"])) == ("S256", 43)
    cookie = answer.headers["set-cookie"]
    assert asked["state"] in cookie
    assert "Path=/user/anna/; HttpOnly; SameSite=Lax" in cookie
    assert "Secure" not in cookie


def test_cookies_are_secure_where_the_browser_speaks_tls(server: HubServer) -> None:
    answer = ask("GET", server.at("/"), X_Forwarded_Proto="https,http", **SHOWN)
    assert "; Secure" in answer.headers["set-cookie"]


def test_a_script_or_a_frame_does_not_begin_to_sign_in(server: HubServer) -> None:
    for mode, kind in (("cors", "empty"), ("no-cors", "image"), ("navigate", "iframe")):
        answer = ask("GET", server.at("/"), Sec_Fetch_Mode=mode, Sec_Fetch_Dest=kind)
        assert (answer.status_code, "set-cookie" in answer.headers) == (401, False)


@pytest.mark.parametrize("cookie", ["", "handrail-state-abcdefgh=another", "handrail-state-abcdefgh=abcdefghijkl"])
def test_a_forged_state_is_refused(server: HubServer, cookie: str) -> None:
    """The last one has the cookie, as somebody who can set one would: the state was not begun here."""
    answer = ask("GET", server.at("/oauth_callback?code=x&state=abcdefghijkl"), Cookie=cookie)
    assert (answer.status_code, "handrail-session" in str(answer.headers)) == (403, False)


def test_a_state_of_another_browser_is_refused(server: HubServer) -> None:
    begun = ask("GET", server.at("/"), **SHOWN)
    state = parse_qs(urlsplit(begun.headers["location"]).query)["state"][0]
    assert ask("GET", server.at(f"/oauth_callback?code=x&state={state}")).status_code == 403


def test_a_hub_that_is_silent_is_said_on_a_page_that_leads_on(server: HubServer) -> None:
    begun = ask("GET", server.at("/"), **SHOWN)
    state = parse_qs(urlsplit(begun.headers["location"]).query)["state"][0]
    kept = begun.headers["set-cookie"].split(";")[0]
    answer = ask("GET", server.at(f"/oauth_callback?code=x&state={state}"), Cookie=kept, **SHOWN)
    assert answer.status_code == 503
    assert "The Hub does not answer now" in answer.text
    assert 'href="/user/anna/"' in answer.text


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "", "https://evil.example:{port}"])
@pytest.mark.parametrize("path", ["/api/home/events", "/api/home/stop-all"])
def test_a_foreign_origin_is_refused_before_anything_is_looked_at(server: HubServer, path: str, origin: str) -> None:
    given = origin.format(port=server.port)
    if path.endswith("events"):
        address = server.at(path).replace("http", "ws", 1)
        with pytest.raises(InvalidStatus) as refusal, connect(address, origin=given or None, proxy=None):  # type: ignore[arg-type]
            pass
        assert refusal.value.response.status_code == 403
        return
    headers = {"Origin": given} if given else {}
    assert ask("POST", server.at(path), **headers).status_code == 403


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_what_a_page_of_another_site_asks_for_is_refused(server: HubServer, site: str) -> None:
    assert ask("GET", server.at("/api/home"), Sec_Fetch_Site=site).status_code == 403


def test_the_origin_that_the_hub_names_alone_is_ours(scenario: Path, tmp_path: Path) -> None:
    named = start(scenario, tmp_path, JUPYTERHUB_PUBLIC_URL="https://anna.school.example/user/anna/")
    try:
        for origin, status in (("https://anna.school.example", 401), (named.origin, 403)):
            assert ask("POST", named.at("/api/home/stop-all"), Origin=origin).status_code == status
        assert "; Secure" in ask("GET", named.at("/"), **SHOWN).headers["set-cookie"]
    finally:
        named.stop()


def test_answers_carry_the_security_headers(server: HubServer) -> None:
    fields = ask("GET", server.at("/api/home")).headers
    assert "frame-ancestors 'none'" in fields["content-security-policy"]
    assert (fields["x-content-type-options"], fields["referrer-policy"]) == ("nosniff", "no-referrer")
    assert fields["cache-control"] == "no-store"
    assert ask("GET", server.at("/static/js/main.js")).headers["cache-control"] == "no-cache"


def test_a_lesson_that_does_not_start_says_why_to_its_learner_alone(tmp_path: Path) -> None:
    port = free_port()
    process = subprocess.Popen(
        command(tmp_path / "nowhere"), stderr=subprocess.PIPE, text=True, cwd=tmp_path, env=environment(port, tmp_path)
    )  # fmt: skip
    assert process.stderr is not None
    assert "nowhere" in process.stderr.readline()
    server = HubServer(process, port)
    answers = [ask("GET", server.at(path), Origin=server.origin) for path in ("/", "/?again", "/api/home", "/static/x")]
    assert [answer.status_code for answer in answers] == [302, 302, 401, 404]
    assert not any("nowhere" in answer.text for answer in answers)
    server.stop()
    assert process.returncode == 2
