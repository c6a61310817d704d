"""The previews' port, attacked: who may see a service, and what may reach it."""

from __future__ import annotations

import threading

import httpx
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.sync.server import ServerConnection, serve

from .....waiting import PATIENCE
from ..player_process import Server
from .services import Look, http_service


@pytest.fixture
def look(player: Server) -> object:
    with http_service() as port:
        yield Look(player, port)


def test_without_the_cookie_nothing_is_shown(look: Look) -> None:
    for cookie in ("", "handrail-preview=", f"{look.cookie}x", look.cookie[:-1], look.cookie.replace("=", "2=")):
        answer = look.send("GET", "/", Cookie=cookie)
        assert answer.status_code == 401, cookie
        assert "not signed in" in answer.text


def test_the_cookie_is_of_one_origin_and_no_script_reads_it(player: Server, look: Look) -> None:
    with http_service() as port:
        other = Look(player, port)
        assert other.get(Cookie=look.cookie).status_code == 401
    ticket = look.ticket().partition("ticket=")[2]
    attributes = look.send("GET", f"/.handrail/enter?ticket={ticket}").headers["set-cookie"].split("; ")[1:]
    assert sorted(attributes) == ["HttpOnly", "Partitioned", "Path=/", "SameSite=None", "Secure"]


def test_a_tab_that_the_services_own_page_opens_is_signed_in(look: Look) -> None:
    opened = look.send("GET", "/", Sec_Fetch_Site="same-origin", Sec_Fetch_Mode="navigate")
    assert opened.status_code == 200
    assert opened.headers["set-cookie"].startswith(look.cookie)
    for mode, site in (("navigate", "cross-site"), ("navigate", "none"), ("cors", "same-origin")):
        assert look.send("GET", "/", Sec_Fetch_Site=site, Sec_Fetch_Mode=mode).status_code == 401
    posted = look.send("POST", "/", b"", Sec_Fetch_Site="same-origin", Sec_Fetch_Mode="navigate", Origin=look.origin)
    assert posted.status_code == 401


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1:{port}", "localhost:{port}", "evil.example", "{host}.evil.example", "evil.example:{port}",
        "x.{host}", "{name}.localhost", "{name}.localhost:1", "p1-{key}.localhost:{port}",
        "p{service}-0.localhost:{port}",
        "-{key}.localhost:{port}", "p0{service}-{key}.localhost:{port}", ".localhost:{port}", "",
    ],
)  # fmt: skip
def test_another_host_name_reaches_no_service(look: Look, host: str) -> None:
    name = look.host.partition(".")[0]
    service, _, key = name[1:].rpartition("-")
    given = host.format(port=look.port, host=look.host, name=name, key=key, service=service)
    assert look.get(Host=given).status_code in (400, 421)


def test_a_ticket_opens_once_and_its_own_host_only(player: Server, look: Look) -> None:
    with http_service() as port:
        other = Look(player, port)
        query = look.ticket("/there?x=1").partition("?")[2]
        assert other.send("GET", f"/.handrail/enter?{query}").status_code == 401
        assert look.send("GET", f"/.handrail/enter?{query}").status_code == 401
    query = look.ticket("/there?x=1").partition("?")[2]
    entered = look.send("GET", f"/.handrail/enter?{query}")
    assert (entered.status_code, entered.headers["location"]) == (303, "/there?x=1")
    assert look.send("GET", f"/.handrail/enter?{query}").status_code == 401


@pytest.mark.parametrize("ticket", ["", "x", "../", "%00"])
def test_a_made_up_ticket_opens_nothing(look: Look, ticket: str) -> None:
    answer = look.send("GET", f"/.handrail/enter?ticket={ticket}")
    assert answer.status_code == 401
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("path", ["//evil.example/", "/\\evil.example", "evil", "/a b", "/\r\nX: y", "/" + "x" * 2000])
def test_a_path_that_leads_elsewhere_gets_no_ticket(player: Server, look: Look, path: str) -> None:
    assert player.post(f"previews/{look.id}/ticket", {"path": path}).status_code == 400


@pytest.mark.parametrize(
    ("origin", "site"),
    [
        ("http://evil.example", "cross-site"),
        ("http://evil.example", "same-origin"),
        ("null", "cross-site"),
        ("null", "same-site"),
        ("http://127.0.0.1:{player}", "cross-site"),
        ("https://{host}", "same-origin"),
    ],
)
def test_what_another_site_posts_is_refused(player: Server, look: Look, origin: str, site: str) -> None:
    given = origin.format(player=player.port, host=look.host)
    assert look.post(Origin=given, Sec_Fetch_Site=site, Sec_Fetch_Mode="navigate").status_code == 403


@pytest.mark.parametrize(("mode", "site"), [("no-cors", "cross-site"), ("cors", "same-site"), ("no-cors", "same-site")])
def test_what_another_site_embeds_is_refused(look: Look, mode: str, site: str) -> None:
    assert look.get(Sec_Fetch_Site=site, Sec_Fetch_Mode=mode).status_code == 403


def test_forms_of_a_page_without_referrer_are_its_own(look: Look) -> None:
    assert look.post(Origin="null", Sec_Fetch_Site="same-origin").status_code == 200


def test_a_service_worker_that_would_outlive_the_lesson_is_refused(look: Look) -> None:
    assert look.get("/sw.js", Service_Worker="script").status_code == 403


@pytest.mark.parametrize("port", [0, -1, 65536, 99999, "80", None, 80.5, True])
def test_what_is_no_port_is_refused_with_a_sentence(player: Server, port: object) -> None:
    answer = player.post("previews", {"port": port})
    assert (answer.status_code, answer.json()["error"]) == (400, "A port is a number from 1 to 65535.")


def test_the_ports_of_the_player_itself_are_refused(player: Server, look: Look) -> None:
    for port in (player.port, look.port):
        answer = player.post("previews", {"port": port})
        assert answer.status_code == 400
        assert "handrail's own" in answer.json()["error"]


def test_a_closed_preview_is_gone_at_once(player: Server, look: Look) -> None:
    assert look.get().status_code == 200
    assert player.post(f"previews/{look.id}/close").status_code == 200
    assert look.get().status_code == 421
    assert player.post(f"previews/{look.id}/close").status_code == 404
    assert player.post(f"previews/{look.id}/ticket").status_code == 404


def test_two_lessons_with_the_same_port_have_two_origins(player: Server, other_player: Server) -> None:
    with http_service() as port:
        one, other = Look(player, port), Look(other_player, port)
        assert one.host.partition(".")[0] != other.host.partition(".")[0]
        assert one.get(Host=other.host).status_code == 421
        assert other.get(Cookie=one.cookie).status_code == 401


def test_the_players_own_port_refuses_the_previews_origin(player: Server, look: Look) -> None:
    for headers in ({"Origin": look.origin}, {"Host": look.host}, {"Sec-Fetch-Site": "cross-site"}):
        answer = httpx.get(f"{player.url}/api/home", headers={**player.signed_in, **headers}, trust_env=False)
        assert answer.status_code in (403, 421), headers
    with pytest.raises(InvalidStatus) as refusal, player.socket("events", origin=look.origin):
        pass
    assert refusal.value.response.status_code == 403


def test_the_page_may_frame_previews_and_nothing_else(player: Server, look: Look) -> None:
    policy = player.get("/").headers["content-security-policy"].split("; ")
    assert [each for each in policy if each.startswith("frame-src")] == [f"frame-src http://*.localhost:{look.port}"]
    assert "frame-ancestors 'none'" in policy
    assert "default-src 'self'" in policy


def echo(connection: ServerConnection) -> None:
    assert connection.request is not None
    connection.send(connection.request.headers.get("Cookie", "no cookie"))
    for message in connection:
        if message == "bye":
            connection.close(4321, "as you say")
            return
        connection.send(message)


def open_socket(look: Look, path: str = "/live?x=1", **headers: str) -> ClientConnection:
    fields = {"Cookie": look.cookie, "Origin": look.origin, **headers}
    origin = fields.pop("Origin") or None
    return connect(
        f"ws://{look.host}{path}", address=("127.0.0.1", look.port), origin=origin,  # type: ignore[arg-type]
        additional_headers={name: value for name, value in fields.items() if value},
        subprotocols=["one", "two"], compression=None, proxy=None, max_size=None,  # type: ignore[list-item]
    )  # fmt: skip


def test_a_websocket_goes_both_ways_until_either_end(player: Server) -> None:
    with serve(echo, "127.0.0.1", 0, subprotocols=["two"], max_size=None) as service:  # type: ignore[list-item]
        thread = threading.Thread(target=service.serve_forever)
        thread.start()
        look = Look(player, service.socket.getsockname()[1])
        with open_socket(look) as socket:
            assert socket.subprotocol == "two"
            assert socket.recv(timeout=PATIENCE) == "no cookie"
            for message in ("text ü", b"\x00\xff", "x" * (1 << 20)):
                socket.send(message)
                assert socket.recv(timeout=PATIENCE) == message
            socket.send("bye")
            with pytest.raises(Exception, match="as you say"):
                socket.recv(timeout=PATIENCE)
            assert socket.close_code == 4321
        service.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": ""}, 403),
        ({"Origin": "null"}, 403),
        ({"Cookie": ""}, 401),
        ({}, 200),
    ],
)
def test_a_websocket_that_may_not_be_is_refused_before_it_opens(
    look: Look, headers: dict[str, str], status: int
) -> None:
    with pytest.raises(InvalidStatus) as refusal, open_socket(look, **headers):
        pass
    # 200 is what a service says that knows no WebSockets, and no handshake.
    assert refusal.value.response.status_code == status
