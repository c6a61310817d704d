"""What goes through a preview, and what does not: real services behind a real player, asked as a browser asks."""

from __future__ import annotations

import os
import socket
import ssl
import subprocess
import threading
import time
from pathlib import Path

import pytest

from .....waiting import PATIENCE, until
from ..player_process import Server
from .services import Look, http_service, raw_service


def test_a_request_reaches_the_service_as_if_asked_directly(player: Server) -> None:
    with http_service() as port:
        look = Look(player, port)
        asked = look.post("/a%2Fb//c?x=%20&y", b"body", Referer=f"{look.origin}/from", X_Own="kept").json()
    direct = f"http://127.0.0.1:{port}"
    assert (asked["method"], asked["path"], asked["body"]) == ("POST", "/a%2Fb//c?x=%20&y", "body")
    headers = asked["headers"]
    assert (headers["host"], headers["origin"]) == (f"127.0.0.1:{port}", direct)
    assert (headers["referer"], headers["x-own"]) == (f"{direct}/from", "kept")


def test_nothing_that_signs_in_to_us_reaches_the_service(player: Server) -> None:
    with http_service() as port:
        look = Look(player, port)
        both = look.get(Cookie=f"own=1; {look.cookie}; other=2", Authorization=f"Bearer {player.token}").json()
        own = look.get(Authorization="Basic b3duOm93bg==").json()
    assert both["headers"]["cookie"] == "own=1; other=2"
    assert "authorization" not in both["headers"]
    assert "cookie" not in own["headers"]
    assert own["headers"]["authorization"] == "Basic b3duOm93bg=="


def test_a_service_that_forbids_framing_is_framed_by_the_player_alone(player: Server) -> None:
    fields = [
        ("X-Frame-Options", "DENY"),
        ("Content-Security-Policy", "default-src 'self'; frame-ancestors 'none'; img-src *"),
        ("Content-Security-Policy", "frame-ancestors https://elsewhere.example"),
    ]
    with http_service({"/": (200, fields, b"framed")}) as port:
        answer = Look(player, port).navigate()
    assert answer.text == "framed"
    assert "x-frame-options" not in answer.headers
    policies = answer.headers.get_list("content-security-policy")
    assert policies == [
        f"frame-ancestors http://127.0.0.1:{player.port} http://localhost:{player.port}",
        "default-src 'self'; img-src *",
    ]


def test_cookies_of_the_service_are_for_its_own_host(player: Server) -> None:
    fields = [
        ("Set-Cookie", "session=1; Path=/app; Domain=localhost; HttpOnly; SameSite=Lax"),
        ("Set-Cookie", "plain=2"),
        ("Set-Cookie", "handrail-preview=stolen; Path=/"),
    ]
    with http_service({"/": (200, fields, b"")}) as port:
        cookies = Look(player, port).get().headers.get_list("set-cookie")
    assert cookies == [
        "session=1; Path=/app; HttpOnly; Secure; SameSite=None; Partitioned",
        "plain=2; Secure; SameSite=None; Partitioned",
    ]


@pytest.mark.parametrize(
    ("location", "wanted"),
    [
        ("/login?next=%2F", "/login?next=%2F"),
        ("http://127.0.0.1:{port}/login", "/login"),
        ("http://localhost:{port}//evil.example/", "/evil.example/"),
        ("relative", "relative"),
    ],
)
def test_a_redirect_on_the_service_stays_at_its_origin(player: Server, location: str, wanted: str) -> None:
    answers: dict[str, tuple[int, list[tuple[str, str]], bytes]] = {}
    with http_service(answers) as port:
        answers["/"] = (302, [("Location", location.format(port=port))], b"")
        answer = Look(player, port).navigate()
    assert (answer.status_code, answer.headers["location"]) == (302, wanted)


@pytest.mark.parametrize("location", ["http://127.0.0.1:{player}/", "https://evil.example/x?a=1&b", "//evil.example/"])
def test_a_frame_that_is_sent_elsewhere_says_so_with_a_link(player: Server, location: str) -> None:
    address = location.format(player=player.port)
    with http_service({"/": (302, [("Location", address)], b"")}) as port:
        answer = Look(player, port).navigate()
    assert answer.status_code == 200
    assert "location" not in answer.headers
    assert f'href="{address.replace("&", "&amp;")}" target="_blank" rel="noopener noreferrer"' in answer.text


def memory(player: Server) -> int:
    """Bytes that its process has in memory."""
    return int(Path(f"/proc/{player.process.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def test_bytes_without_end_go_through_as_they_are_read(player: Server) -> None:
    sent = threading.Event()
    piece = b"x" * 65536

    def pour(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n")
        try:
            while True:
                connection.sendall(piece)
        except OSError:
            sent.set()

    with raw_service(pour) as port:
        look = Look(player, port)
        before = memory(player)
        with socket.create_connection(("127.0.0.1", look.port), timeout=PATIENCE) as reader:
            reader.sendall(f"GET / HTTP/1.1\r\nHost: {look.host}\r\nCookie: {look.cookie}\r\n\r\n".encode())
            taken = 0
            while taken < 64 << 20:
                taken += len(reader.recv(1 << 20))
            # Who stops reading makes the service wait, not the player grow.
            time.sleep(0.3)
            grown = memory(player) - before
        assert sent.wait(PATIENCE), "the service was not told that nobody reads any more"
    assert grown < 16 << 20


def test_who_leaves_a_slow_service_is_waited_for_no_longer(player: Server) -> None:
    asked, gone = threading.Event(), threading.Event()

    def sleep(connection: socket.socket) -> None:
        connection.recv(65536)
        asked.set()
        while connection.recv(65536):
            pass
        gone.set()

    with raw_service(sleep) as port, http_service() as quick:
        look, other = Look(player, port), Look(player, quick)
        with socket.create_connection(("127.0.0.1", look.port), timeout=PATIENCE) as reader:
            reader.sendall(f"GET / HTTP/1.1\r\nHost: {look.host}\r\nCookie: {look.cookie}\r\n\r\n".encode())
            assert asked.wait(PATIENCE)
            assert other.get().status_code == 200
        assert gone.wait(PATIENCE)


def test_a_port_where_nothing_listens_says_what_to_do(player: Server) -> None:
    with http_service() as port:
        look = Look(player, port)
    answer = look.navigate()
    assert answer.status_code == 502
    assert f"Nothing answers on port {port} now" in answer.text
    assert "frame-ancestors http://127.0.0.1" in answer.headers["content-security-policy"]


@pytest.mark.parametrize("banner", [b"SSH-2.0-OpenSSH_9.2p1\r\n", b"", b"\x15\x03\x01\x00\x02\x02\x46"])
def test_a_program_that_speaks_no_http_is_named_as_such(player: Server, banner: bytes) -> None:
    with raw_service(lambda connection: connection.sendall(banner)) as port:
        answer = Look(player, port).navigate()
    assert answer.status_code == 502
    assert f"Port {port} serves no web page" in answer.text


def test_a_service_with_a_certificate_of_its_own_is_shown(player: Server, tmp_path: Path) -> None:
    certificate = tmp_path / "own.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=own",
         "-keyout", certificate, "-out", tmp_path / "own.crt"], check=True, capture_output=True,
    )  # fmt: skip
    certificate.write_text(certificate.read_text() + (tmp_path / "own.crt").read_text())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    def talk(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as safe:
            safe.recv(65536)
            safe.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nsafe")

    with raw_service(talk) as port:
        assert Look(player, port).navigate().text == "safe"


def test_a_server_that_wants_tls_and_says_so_is_asked_by_tls(player: Server) -> None:
    def talk(connection: socket.socket) -> None:
        if connection.recv(65536).startswith(b"GET"):
            words = b"Client sent an HTTP request to an HTTPS server.\n"
            connection.sendall(b"HTTP/1.0 400 Bad Request\r\n\r\n" + words)

    with raw_service(talk) as port:
        answer = Look(player, port).navigate()
    # It is none, so what comes of it is the sentence and not its refusal.
    assert answer.status_code == 502


def test_a_server_on_ipv6_alone_is_met(player: Server) -> None:
    with http_service(host="::1") as port:
        assert Look(player, port).get().status_code == 200


def test_an_answer_that_breaks_off_does_not_look_whole(player: Server) -> None:
    def talk(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")

    with raw_service(talk) as port:
        look = Look(player, port)
        with socket.create_connection(("127.0.0.1", look.port), timeout=PATIENCE) as reader:
            reader.sendall(f"GET / HTTP/1.1\r\nHost: {look.host}\r\nCookie: {look.cookie}\r\n\r\n".encode())
            received = b""
            while piece := reader.recv(65536):
                received += piece
    assert b"hello" in received
    assert not received.endswith(b"0\r\n\r\n")


def test_a_service_that_begins_and_ends_is_told_of(player: Server) -> None:
    def listening() -> object:
        shown = player.get("state").json()["previews"]
        return next(each["listening"] for each in shown if each["id"] == look.id)

    with http_service() as port:
        pass
    with player.socket("events"):
        look = Look(player, port)
        assert listening() is False
        with http_service(port=port):
            until(listening)
        until(lambda: not listening())
