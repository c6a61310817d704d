"""The guard, attacked over the wire of a real server; the app behind it is three lines, as in Starlette's own tests."""

from __future__ import annotations

import asyncio
import base64
import os
import socket
import threading
from collections.abc import Iterator

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from handrail.runtime.files import MOST_BYTES
from handrail.server.guard import MAX_BODY, MAX_FILE, MAX_SOCKETS
from handrail.server.token_guard import TokenGuard

from ....waiting import PATIENCE

TOKEN = "k" * 43


async def everything(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers 200 to whatever gets past the guard, and keeps sockets open until they are closed."""
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.accept", "subprotocol": "handrail"})
        while (await receive())["type"] != "websocket.disconnect":
            pass
        return
    await receive()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    listener = socket.create_server(("127.0.0.1", 0))
    number = listener.getsockname()[1]
    app = TokenGuard(everything, token=TOKEN, hosts=[f"127.0.0.1:{number}", f"localhost:{number}"], lesson="a lesson")
    config = uvicorn.Config(
        app, log_level="critical", lifespan="off", ws="websockets-sansio", http="h11", loop="asyncio"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listener])))
    thread.start()
    yield number
    server.should_exit = True
    thread.join()


def exchange(port: int, request: str | bytes) -> bytes:
    """Sends raw bytes, returns what comes back until the server is done or says no more for a while."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as connection:
        connection.sendall(request.encode() if isinstance(request, str) else request)
        answer = b""
        while b"\r\n\r\n" not in answer:
            piece = connection.recv(65536)
            if not piece:
                break
            answer += piece
        return answer


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


def get(port: int, path: str, *headers: str, host: str | None = None, method: str = "GET") -> bytes:
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host or f'127.0.0.1:{port}'}", "Connection: close", *headers]
    return exchange(port, "\r\n".join(lines) + "\r\n\r\n")


def upgrade(port: int, *headers: str, host: str | None = None, path: str = "/api/events") -> str:
    key = base64.b64encode(os.urandom(16)).decode()
    lines = [
        f"GET {path} HTTP/1.1", f"Host: {host or f'127.0.0.1:{port}'}", "Connection: Upgrade", "Upgrade: websocket",
        "Sec-WebSocket-Version: 13", f"Sec-WebSocket-Key: {key}", *headers,
    ]  # fmt: skip
    return "\r\n".join(lines) + "\r\n\r\n"


SIGNED_IN = f"Authorization: Bearer {TOKEN}"
SOCKET_SIGNED_IN = f"Sec-WebSocket-Protocol: handrail, handrail.token.{TOKEN}"


def test_right_token_passes(port: int) -> None:
    assert status(get(port, "/api/state", SIGNED_IN)) == 200


@pytest.mark.parametrize("path", ["/", "/static/js/main.js"])
def test_page_and_static_files_need_no_token(port: int, path: str) -> None:
    assert status(get(port, path)) == 200


@pytest.mark.parametrize(
    "path",
    [
        "/api/state",
        "/static",
        "//static/x",
        "/staticx",
        "/%2e/static/x",
        "/api/../static/x",
        "/STATIC/x",
        "/index.html",
        "/?a",
        "/.",
    ],
)
def test_every_other_path_needs_one(port: int, path: str) -> None:
    assert status(get(port, path)) == (200 if path == "/?a" else 401)


@pytest.mark.parametrize(
    "header",
    [
        "Authorization: Bearer " + "x" * 43,
        "Authorization: Bearer " + TOKEN[:-1],
        f"Authorization: bearer {TOKEN}",
        f"Authorization: Basic {TOKEN}",
        f"Cookie: token={TOKEN}",
        f"X-Token: {TOKEN}",
        f"{SIGNED_IN}\r\n{SIGNED_IN}",
        "Authorization: Bearer \xe9",
    ],
)
def test_wrong_or_misplaced_token_is_refused(port: int, header: str) -> None:
    assert status(get(port, "/api/state", header)) == 401


@pytest.mark.parametrize("query", [f"?token={TOKEN}", f"?access_token={TOKEN}", f"?authorization=Bearer%20{TOKEN}"])
def test_token_in_a_query_is_refused(port: int, query: str) -> None:
    assert status(get(port, f"/api/state{query}")) == 401


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "127.0.0.1",
        "127.0.0.1:1",
        "localhost.evil.example:{port}",
        "127.0.0.1:{port}.evil.example",
        "[::1]:{port}",
    ],
)
def test_rebinding_host_is_refused(port: int, host: str) -> None:
    assert status(get(port, "/", SIGNED_IN, host=host.format(port=port))) == 421


def test_two_hosts_are_refused(port: int) -> None:
    assert status(get(port, "/api/state", SIGNED_IN, "Host: evil.example")) in (400, 421)


def test_absolute_address_does_not_replace_the_host(port: int) -> None:
    assert status(get(port, f"http://127.0.0.1:{port}/api/state", SIGNED_IN, host="evil.example")) in (400, 401, 421)


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "https://127.0.0.1:{port}", "http://127.0.0.1", "http://localhost:{port}"]
)
def test_foreign_origin_is_refused(port: int, origin: str) -> None:
    assert status(get(port, "/api/state", SIGNED_IN, f"Origin: {origin.format(port=port)}", method="POST")) == 403


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_request_that_another_site_made_is_refused(port: int, site: str) -> None:
    assert status(get(port, "/api/state", SIGNED_IN, f"Sec-Fetch-Site: {site}")) == 403


def test_writing_to_public_paths_is_refused(port: int) -> None:
    assert status(get(port, "/", method="POST")) == 405


def test_socket_with_everything_right_opens(port: int) -> None:
    answer = exchange(port, upgrade(port, f"Origin: http://127.0.0.1:{port}", SOCKET_SIGNED_IN))
    assert status(answer) == 101
    assert TOKEN.encode() not in answer


@pytest.mark.parametrize(
    ("headers", "refusal"),
    [
        ([SOCKET_SIGNED_IN], 403),
        (["Origin: http://evil.example", SOCKET_SIGNED_IN], 403),
        (["Origin: null", SOCKET_SIGNED_IN], 403),
        (["Origin: http://127.0.0.1:{port}"], 401),
        (["Origin: http://127.0.0.1:{port}", "Sec-WebSocket-Protocol: handrail"], 401),
        (["Origin: http://127.0.0.1:{port}", "Sec-WebSocket-Protocol: handrail, handrail.token.wrong"], 401),
        (["Origin: http://127.0.0.1:{port}", SIGNED_IN], 401),
        (["Origin: http://127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}", SOCKET_SIGNED_IN], 400),
    ],
)
def test_socket_without_origin_or_token_is_refused(port: int, headers: list[str], refusal: int) -> None:
    assert status(exchange(port, upgrade(port, *(header.format(port=port) for header in headers)))) == refusal


def test_socket_with_token_in_query_is_refused(port: int) -> None:
    request = upgrade(port, f"Origin: http://127.0.0.1:{port}", path=f"/api/events?token={TOKEN}")
    assert status(exchange(port, request)) == 401


def test_socket_with_rebinding_host_is_refused(port: int) -> None:
    host = f"evil.example:{port}"
    assert status(exchange(port, upgrade(port, f"Origin: http://{host}", SOCKET_SIGNED_IN, host=host))) == 421


def test_declared_oversized_body_is_refused(port: int) -> None:
    assert status(get(port, "/api/state", SIGNED_IN, f"Content-Length: {MAX_BODY + 1}", method="POST")) == 413


def test_a_file_may_be_as_large_as_the_editor_takes_and_no_larger(port: int) -> None:
    assert MAX_FILE == MOST_BYTES
    put = ("PUT", "/api/x", SIGNED_IN)
    assert status(get(port, put[1], put[2], f"Content-Length: {MAX_FILE + 1}", method=put[0])) == 413
    head = f"PUT /api/x HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{SIGNED_IN}\r\nConnection: close\r\n"
    body = b"x" * MAX_FILE
    assert status(exchange(port, f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)) == 200


def test_undeclared_oversized_body_is_refused(port: int) -> None:
    head = f"POST /api/state HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{SIGNED_IN}\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunk = b"10000\r\n" + b"x" * 65536 + b"\r\n"
    assert status(exchange(port, head.encode() + chunk * (MAX_BODY // 65536 + 1) + b"0\r\n\r\n")) == 413


def test_answers_carry_the_security_headers(port: int) -> None:
    answer = get(port, "/api/state").lower()
    assert b"content-security-policy: default-src 'self'" in answer
    assert b"frame-ancestors 'none'" in answer
    assert b"x-content-type-options: nosniff" in answer
    assert b"referrer-policy: no-referrer" in answer
    assert b"set-cookie" not in answer


def test_only_so_many_sockets_open(port: int) -> None:
    connections: list[socket.socket] = []
    statuses: list[int] = []
    try:
        for _ in range(200):
            connection = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
            connections.append(connection)
            connection.sendall(upgrade(port, f"Origin: http://127.0.0.1:{port}", SOCKET_SIGNED_IN).encode())
            statuses.append(status(connection.recv(65536)))
    finally:
        for connection in connections:
            connection.close()
    assert statuses[: MAX_SOCKETS // 2] == [101] * (MAX_SOCKETS // 2)
    assert statuses.count(101) <= MAX_SOCKETS
    assert statuses[-1] == 503
    assert status(get(port, "/api/state", SIGNED_IN)) == 200
