"""Clients and components that misbehave, against a running orchestrator with one MODEL."""

from __future__ import annotations

import json
import re
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from ....waiting import PATIENCE, until
from .component import ROW, Component, Orchestrator, Peer, node, post, read_answer, serve_all


@pytest.fixture(scope="module")
def component() -> Iterator[Component]:
    made = Component()
    yield made
    made.close()


@pytest.fixture(scope="module")
def orchestrator(component: Component, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Orchestrator]:
    made = Orchestrator(node("model", component), tmp_path_factory.mktemp("orchestrator"))
    yield made
    made.close()


@pytest.fixture(autouse=True)
def _well_behaved(component: Component) -> None:
    component.behave = serve_all


def _echo(peer: Peer) -> None:
    while (request := peer.request()) is not None:
        peer.answer(request[1])


def _head(peer: Peer) -> None:
    while (request := peer.request()) is not None:
        peer.answer(json.dumps(request[0].decode().split("\r\n")).encode())


def test_ten_megabytes_pass_both_ways_unchanged(component: Component, orchestrator: Orchestrator) -> None:
    component.behave = _echo
    body = b'{"strData":"' + b"0123456789" * (1 << 20) + b'"}'
    answer = orchestrator.post(body)
    assert answer.status == 200
    assert answer.body == body


@pytest.mark.parametrize("body", [b'{"data":{"ndarray":[[NaN]]}}', b'{"unknown":1}', b"[]", b"", b"\xff\x00garbage"])
def test_a_body_is_passed_on_whatever_it_is(component: Component, orchestrator: Orchestrator, body: bytes) -> None:
    component.behave = _echo
    assert orchestrator.post(body).body == body


def test_html_characters_of_an_answer_are_escaped(component: Component, orchestrator: Orchestrator) -> None:
    component.behave = _echo
    answer = orchestrator.post('{"strData":"<a> & \u2028"}'.encode())
    assert answer.body == b'{"strData":"\\u003ca\\u003e \\u0026 \\u2028"}'


def test_an_error_keeps_status_and_body_but_is_plain_text(component: Component, orchestrator: Orchestrator) -> None:
    def refuse(peer: Peer) -> None:
        peer.request()
        peer.answer(b'{"status":1}', status="418 I'm a teapot")

    component.behave = refuse
    answer = orchestrator.post()
    assert (answer.status, answer.body) == (418, b'{"status":1}')
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"


def test_a_component_that_hangs_is_given_up_after_the_annotations_time(component: Component, tmp_path: Path) -> None:
    let_go = threading.Event()

    def hang(peer: Peer) -> None:
        peer.request()
        let_go.wait(PATIENCE)

    component.behave = hang
    orchestrator = Orchestrator(node("model", component), tmp_path, annotations={"seldon.io/rest-timeout": "500"})
    try:
        answer = orchestrator.post()
        let_go.set()
        assert answer.status == 500
        assert "Client.Timeout exceeded while awaiting headers" in answer.info
        component.behave = serve_all
        until(lambda: orchestrator.post().body == ROW)  # on a busy machine, the time may be too short for it, too
    finally:
        orchestrator.close()


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        (b"\x00\x01 this is no HTTP\r\n\r\n", "malformed HTTP response"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{", "unexpected EOF"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", "unexpected EOF"),
        (b"", "EOF"),
    ],
)
def test_a_broken_answer_is_an_error_of_the_own_form(
    component: Component, orchestrator: Orchestrator, sent: bytes, told: str
) -> None:
    def break_off(peer: Peer) -> None:
        peer.request()
        peer.connection.sendall(sent)

    component.behave = break_off
    answer = orchestrator.post()
    assert answer.status == 500
    assert told in answer.info


def test_a_connection_closed_between_requests_costs_none(component: Component, orchestrator: Orchestrator) -> None:
    closed = threading.Event()

    def one_and_away(peer: Peer) -> None:
        peer.request()
        peer.answer(ROW)
        peer.connection.shutdown(socket.SHUT_RDWR)
        closed.set()

    component.behave = one_and_away
    for _ in range(20):
        closed.clear()
        assert orchestrator.post().body == ROW
        assert closed.wait(PATIENCE)


def test_an_answer_that_ends_with_the_connection_is_whole(component: Component, orchestrator: Orchestrator) -> None:
    def until_close(peer: Peer) -> None:
        peer.request()
        peer.connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/x\r\n\r\n" + ROW)

    component.behave = until_close
    answer = orchestrator.post()
    assert (answer.body, answer.headers["Content-Type"]) == (ROW, "text/x")


def test_headers_go_on_but_not_those_of_the_connection(component: Component, orchestrator: Orchestrator) -> None:
    component.behave = _head
    more = "authorization: Bearer t\r\nX-Twice: 1\r\nX-Twice: 2\r\nKeep-Alive: 5\r\nseldon-puid: id-1\r\n"
    lines = json.loads(orchestrator.post(more=more).body)
    assert lines[0] == "POST /predict HTTP/1.1"
    assert {"Authorization: Bearer t", "X-Twice: 1", "X-Twice: 2", "Seldon-Puid: id-1"} <= set(lines)
    assert not any(line.startswith("Keep-Alive") for line in lines)


def test_a_clients_trace_goes_on(component: Component, orchestrator: Orchestrator) -> None:
    component.behave = _head
    lines = json.loads(orchestrator.post(more="Uber-Trace-Id: abc:def:0:1\r\n").body)
    trace = next(line for line in lines if line.startswith("Uber-Trace-Id: "))
    assert re.fullmatch("Uber-Trace-Id: 0000000000000abc:[0-9a-f]{16}:[0-9a-f]{16}:1", trace)


def test_pipelined_requests_are_answered_in_order(component: Component, orchestrator: Orchestrator) -> None:
    component.behave = _echo
    with orchestrator.connect() as connection:
        connection.sendall(b"".join(post(b'{"n":%d}' % number) for number in range(40)))
        rest = bytearray()
        assert [read_answer(connection, rest).body for _ in range(40)] == [b'{"n":%d}' % number for number in range(40)]


def test_a_quick_client_is_never_left_waiting(orchestrator: Orchestrator) -> None:
    with orchestrator.connect() as connection:
        rest = bytearray()
        for _ in range(500):
            connection.sendall(post(ROW))
            assert read_answer(connection, rest).status == 200


def test_a_chunked_body_reaches_the_component_whole(component: Component, orchestrator: Orchestrator) -> None:
    component.behave = _echo
    with orchestrator.connect() as connection:
        connection.sendall(b"POST /api/v1.0/predictions HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
        connection.sendall(b"3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n")
        assert read_answer(connection).body == b"abcdef"


def test_a_client_that_asks_before_it_sends_is_told_to_go_on(component: Component, orchestrator: Orchestrator) -> None:
    component.behave = _echo
    with orchestrator.connect() as connection:
        head, _, body = post(ROW, more="Expect: 100-continue\r\n").partition(b"\r\n\r\n")
        connection.sendall(head + b"\r\n\r\n")
        rest = bytearray()
        assert read_answer(connection, rest).status == 100
        connection.sendall(body)
        assert read_answer(connection, rest).body == ROW


def test_a_slow_client_holds_nobody_up(orchestrator: Orchestrator) -> None:
    whole = post(ROW)
    with orchestrator.connect() as slow:
        slow.sendall(whole[:30])
        assert orchestrator.post().status == 200
        slow.sendall(whole[30:-5])
        assert orchestrator.post().status == 200
        slow.sendall(whole[-5:])
        assert read_answer(slow).body == ROW


def test_endless_headers_are_refused(orchestrator: Orchestrator) -> None:
    with orchestrator.connect() as connection:
        connection.sendall(b"GET /live HTTP/1.1\r\nX-Long: " + b"x" * (1 << 20) + b"x" * 1000)
        assert connection.recv(100).startswith(b"HTTP/1.1 431 ")


def test_what_is_no_request_is_refused(orchestrator: Orchestrator) -> None:
    with orchestrator.connect() as connection:
        connection.sendall(b"\x16\x03\x01\x02\x00 TLS, perhaps\r\n\r\n")
        assert connection.recv(100).startswith(b"HTTP/1.1 400 Bad Request\r\n")


def test_an_old_client_gets_its_answer_unchunked_and_the_connection_closed(
    component: Component, orchestrator: Orchestrator
) -> None:
    component.behave = _echo
    body = b"x" * 5000
    with orchestrator.connect() as connection:
        connection.sendall(post(body).replace(b"HTTP/1.1", b"HTTP/1.0"))
        answer = read_answer(connection)
        assert answer.body == body
        assert answer.headers["Content-Length"] == "5000"
        assert connection.recv(1) == b""


def test_a_client_that_goes_away_leaves_the_others_alone(component: Component, orchestrator: Orchestrator) -> None:
    with orchestrator.connect() as connection:
        connection.sendall(post(ROW))
    with orchestrator.connect() as connection:
        connection.sendall(post(ROW)[:-3])
    assert orchestrator.post().status == 200


def test_paths_are_cleaned_by_redirect(orchestrator: Orchestrator) -> None:
    answer = orchestrator.get("//api/../ready?x=1")
    assert (answer.status, answer.headers["Location"], answer.body) == (301, "/ready?x=1", b"")


def test_a_cloudevent_gets_a_cloudevents_headers_back(orchestrator: Orchestrator) -> None:
    headers = orchestrator.post(more="Ce-Specversion: 1.0\r\nSeldon-Puid: me\r\n").headers
    assert headers["Ce-Id"] == "me"
    assert headers["Ce-Type"] == "seldon.d.n.response"


def test_latencies_are_counted_by_service_and_status(orchestrator: Orchestrator) -> None:
    orchestrator.post()
    lines = orchestrator.get("/prometheus").body.decode().splitlines()
    labels = (
        'code="200",deployment_name="d",method="post",predictor_name="p",predictor_version="",service="predictions"'
    )
    total = next(
        line for line in lines if line.startswith(f"seldon_api_executor_server_requests_seconds_count{{{labels}}}")
    )
    last = next(line for line in lines if f'{labels},le="+Inf"' in line)
    assert int(total.split()[-1]) == int(last.split()[-1]) >= 1
