"""A real `handrail play`, attacked and used over the wire."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path

import httpx
import pytest
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection

from handrail.server.app import routes
from handrail.server.guard import MAX_SOCKETS

from ....waiting import PATIENCE
from .player_process import Server, attach, output, start, type_line

PAGE = """# One

```
echo one
```{{exec}}

![secret](../secret.png)
![picture](picture.svg)
<script>alert(1)</script><img src=x onerror=alert(1)><a href="javascript:alert(1)">x</a>
<iframe src="https://example.com"></iframe>
"""


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("course") / "lesson"
    root.mkdir()
    (root.parent / "secret.png").write_text("secret")
    (root / "picture.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    (root / "page.md").write_text(PAGE)
    (root / "two.md").write_text("# Two\n\n`echo two`{{exec}}\n")
    (root / "verify.sh").write_text("[ -e ~/done ]\n")
    steps = [{"title": "One", "text": "page.md", "verify": "verify.sh"}, {"title": "Two", "text": "two.md"}]
    (root / "index.json").write_text(json.dumps({"title": "Hidden meadow", "details": {"steps": steps}}))
    return root


@pytest.fixture(scope="module")
def server(scenario: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    started = start(scenario, tmp_path_factory.mktemp("workspace"))
    yield started
    started.stop()


def raw(server: Server, request: bytes) -> int:
    """Status of a request that a client library would not send."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as connection:
        connection.sendall(request)
        return int(connection.recv(65536).split(b" ", 2)[1])


def closing_code(socket: ClientConnection) -> int | None:
    """Reads on until the server closes; its code."""
    while True:
        try:
            socket.recv(timeout=PATIENCE)
        except ConnectionClosed as end:
            return end.rcvd.code if end.rcvd else None


# Without credentials


def every_route(under: Sequence[BaseRoute], prefix: str = "") -> Iterator[tuple[str, BaseRoute]]:
    """(path, route) of each route; those of a mount without files stand below its path."""
    for route in under:
        if isinstance(route, Mount) and route.routes:
            yield from every_route(route.routes, prefix + route.path)
        else:
            yield prefix + route.path, route  # type: ignore[attr-defined]


def every_request() -> list[tuple[str, str, str]]:
    """(kind, method, path) of every route that the app has, with made-up but fitting parameters."""
    made_up = {"name": "T1", "lesson": "lesson"}
    found = []
    for path, route in every_route(routes()):
        if isinstance(route, Mount):
            found.append(("static", "GET", f"{path}/js/main.js"))
            continue
        assert isinstance(route, Route | WebSocketRoute), route
        path = re.sub(r"\{(\w+)(:int)?\}", lambda match: "0" if match[2] else made_up.get(match[1], "step1"), path)
        if isinstance(route, WebSocketRoute):
            found.append(("socket", "GET", path))
        else:
            found += [("http", method, path) for method in sorted(route.methods or ())]
    return found


@pytest.mark.parametrize(("kind", "method", "path"), every_request())
def test_every_route_but_page_and_static_files_needs_the_token(
    server: Server, kind: str, method: str, path: str
) -> None:
    if kind == "socket":
        with pytest.raises(InvalidStatus) as refusal, server.socket(path, token="wrong"):
            pass
        assert refusal.value.response.status_code == 401
        return
    answer = httpx.request(method, server.at(path), trust_env=False, timeout=PATIENCE)
    assert answer.status_code == (200 if path == "/" or kind == "static" else 401)
    assert "Hidden meadow" not in answer.text


def test_foreign_origin_gets_no_terminal(server: Server) -> None:
    evil = "http://evil.example"
    with pytest.raises(InvalidStatus) as refusal, server.socket("terminals/T1/socket", origin=evil):
        pass
    assert refusal.value.response.status_code == 403


def test_token_is_in_the_fragment_and_never_logged(server: Server) -> None:
    assert server.token not in (server.workspace / "progress.json").read_text()
    assert (server.workspace / "player.json").stat().st_mode & 0o777 == 0o600


# With credentials, but wrong


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/lessons/nothing/state"),
        ("GET", "pages/step9"),
        ("GET", "pages/index.json"),
        ("GET", "pages/step1/images/99"),
        ("GET", "pages/step1/answer"),
        ("POST", "pages/nothing/open"),
        ("POST", "pages/nothing/check"),
        ("POST", "blocks/step1-99/run"),
        ("POST", "blocks/nothing/run"),
        ("POST", "blocks/touch%20owned/run"),
        ("POST", "blocks/step1-99/file"),
        ("GET", "blocks/step1-99/file"),
        ("POST", "quizzes/step1/0"),
        ("POST", "terminals/T9/close"),
        ("POST", "forward/nothing"),
    ],
)
def test_unknown_ids_are_a_sentence_and_404(server: Server, method: str, path: str) -> None:
    answer = httpx.request(method, server.at(path), headers=server.signed_in, trust_env=False, timeout=PATIENCE)
    assert answer.status_code == 404
    assert answer.json()["error"].endswith(".")


def test_unknown_terminal_is_refused_before_it_opens(server: Server) -> None:
    with pytest.raises(InvalidStatus) as refusal, server.socket("terminals/nothing/socket"):
        pass
    assert refusal.value.response.status_code == 404


def test_page_that_is_not_open_yet_gives_nothing_away(server: Server) -> None:
    assert server.get("pages/step2").status_code == 409
    assert server.post("pages/step2/open").status_code == 409
    assert server.post("blocks/step2-1/run").status_code == 404


def test_checks_cannot_be_skipped_by_a_learner(server: Server) -> None:
    assert server.post("pages/step1/skip").status_code == 403


@pytest.mark.parametrize("body", [b"[]", b"no json", b"\xff", b'"x"'])
def test_body_that_is_no_object_is_refused(server: Server, body: bytes) -> None:
    where, who = server.at("auto-check"), server.signed_in
    answer = httpx.post(where, headers=who, content=body, trust_env=False, timeout=PATIENCE)
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "path",
    [
        "/static/../guard.py",
        "/static/..%2fguard.py",
        "/static/%2e%2e/guard.py",
        "/static/%2e%2e%2fguard.py",
        "/static//etc/passwd",
        "/static/%2fetc%2fpasswd",
        "/static/js/..%5c..%5cguard.py",
        "/static/js/\x00",
        "/api/lessons/lesson/pages/step1/images/../../../state",
        "/api/lessons/lesson/pages/..%2f..%2findex.json",
        "/api/lessons/..%2f..%2findex.json/state",
    ],
)
def test_path_traversal_finds_no_file(server: Server, path: str) -> None:
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nAuthorization: Bearer {server.token}\r\n\r\n"
    assert raw(server, request.encode()) in (400, 404)


def test_pictures_are_asked_for_by_number_and_never_leave_the_scenario(server: Server) -> None:
    page = server.get("pages/step1").json()["html"]
    assert re.findall(r'data-image="(\d+)"', page) == ["0"]
    assert "picture.svg" not in page
    assert server.get("pages/step1/images/0").text.startswith("<svg")


def test_authors_html_holds_no_script(server: Server) -> None:
    page = server.get("pages/step1").json()["html"].lower()
    for trap in ("<script", "onerror", "javascript:", "<iframe"):
        assert trap not in page


@pytest.mark.parametrize(
    "message",
    [
        "no json",
        "[]",
        "{}",
        b"\x00",
        json.dumps({"hello": {"client": "c", "epoch": "", "from": -1, "columns": 80, "lines": 24}}),
        json.dumps({"hello": {"client": "c", "epoch": "", "from": 0, "columns": 1e9, "lines": 24}}),
        json.dumps({"hello": {"client": "c", "epoch": "", "from": 0, "columns": "80", "lines": None}}),
    ],
)
def test_first_message_that_is_no_greeting_ends_the_connection(server: Server, message: str | bytes) -> None:
    with server.socket("terminals/T1/socket") as socket:
        socket.send(message)
        assert closing_code(socket) == 1008


@pytest.mark.parametrize(
    "message", ["no json", '{"run": "touch owned"}', '{"ack": -1}', '{"size": [0]}', b"short", b"\xff" * 9]
)
def test_later_message_out_of_protocol_ends_the_connection(server: Server, message: str | bytes) -> None:
    with server.socket("terminals/T1/socket") as socket:
        attach(socket)
        socket.send(message)
        assert closing_code(socket) == 1008


def test_oversized_message_ends_the_connection(server: Server) -> None:
    with server.socket("terminals/T1/socket") as socket:
        attach(socket)
        socket.send(b"\x00" * (1 << 20))
        assert closing_code(socket) == 1009


def test_200_sockets_do_not_take_the_player_down(server: Server) -> None:
    refusals: list[int] = []
    with ExitStack() as sockets:
        for _ in range(200):
            try:
                sockets.enter_context(server.socket("events"))
            except InvalidStatus as refusal:
                refusals.append(refusal.response.status_code)
        assert len(refusals) >= 200 - MAX_SOCKETS
        assert set(refusals) == {503}
        assert server.get("state").status_code == 200
    while refusals:  # the places are free again, as soon as the server has seen the ends
        with suppress(InvalidStatus), server.socket("events"):
            refusals.clear()


def test_only_so_many_terminals_open(server: Server) -> None:
    statuses = [server.post("terminals").status_code for _ in range(20)]
    names = [terminal["name"] for terminal in server.get("state").json()["terminals"]]
    assert statuses.count(200) == len(names) - 1
    assert statuses[-1] == 409
    assert len(names) > 2
    for name in names[1:]:
        assert server.post(f"terminals/{name}/close", {"force": True}).status_code == 200


# Use


def test_output_goes_on_where_a_cut_connection_stopped(server: Server) -> None:
    with server.socket("terminals/T1/socket") as socket:
        hello = attach(socket, client="cut")
        at = type_line(socket, 0, "seq 1 20000; echo end$((1+1))")
        first, seen = output(socket, b"5000")
        socket.socket.shutdown(2)
    with server.socket("terminals/T1/socket") as socket:
        again = attach(socket, client="cut", epoch=hello["epoch"], since=first + len(seen))
        assert again["received"] == at
        assert again["start"] == first + len(seen)
        start_of_rest, rest = output(socket, b"end2")
    assert start_of_rest == first + len(seen)
    numbers = [int(line) for line in (seen + rest).split() if line.isdigit()]
    assert numbers[-20000:] == list(range(1, 20001))


def test_typed_bytes_sent_twice_are_typed_once(server: Server) -> None:
    with server.socket("terminals/T1/socket") as socket:
        attach(socket, client="twice")
        type_line(socket, 0, "echo 'o'nce")
        type_line(socket, 0, "echo 'o'nce")
        end = type_line(socket, len("echo 'o'nce") + 1, "echo end$((2+2))")
        _, seen = output(socket, b"end4")
    assert seen.count(b"once\r\n") == 1
    assert end > 0
