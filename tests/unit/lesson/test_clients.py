"""The clients of the main lesson say what they got, whatever answers on the port."""

import json
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from ...waiting import PATIENCE

REPO = Path(__file__).parents[3]
SPECIES = ("setosa", "versicolor", "virginica")
IRIS = {"requestPath": {"classifier": "localhost/iris-classifier:0.2"}}


@contextmanager
def serving(status: int, body: bytes) -> Iterator[str]:
    """A server on loopback that answers every request alike; gives its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="module")
def lesson_python() -> str:
    made = subprocess.run(["bash", str(REPO / "scripts" / "lesson-env.sh")], capture_output=True, text=True, check=True)
    return made.stdout.strip()


@pytest.fixture
def ask(lesson_python: str) -> Callable[[str], "subprocess.CompletedProcess[str]"]:
    def run(url: str) -> "subprocess.CompletedProcess[str]":
        command = [lesson_python, str(REPO / "assets" / "client" / "with_requests.py")]
        return subprocess.run(
            command, env={"SELDON_URL": url}, capture_output=True, text=True, timeout=PATIENCE, check=False
        )

    return run


def answer(names: list[str], rows: list[Any]) -> bytes:
    return json.dumps({"data": {"names": names, "ndarray": rows}, "meta": IRIS}).encode()


@pytest.mark.parametrize(
    ("names", "rows", "said"),
    [
        (list(SPECIES), [[0.9, 0.1, 0], [0, 1, 0], [0, 0, 1]], "is setosa with probability 0.900"),
        (["species"], [["setosa"], ["versicolor"], ["virginica"]], "[6.3, 3.3, 6.0, 2.5] is virginica"),
        ([], list(SPECIES), "[6.3, 3.3, 6.0, 2.5] is virginica"),
    ],
    ids=["probabilities", "rows with a name", "bare names"],
)
def test_flowers_are_named(ask: Any, names: list[str], rows: list[Any], said: str) -> None:
    with serving(200, answer(names, rows)) as url:
        result = ask(url)
    assert said in result.stdout, result.stderr


@pytest.mark.parametrize(
    ("status", "body"), [(200, b"hello"), (200, b'{"data": {}}'), (500, b"oops")], ids=["text", "another's", "an error"]
)
def test_stranger_s_answer_is_told_in_a_sentence(ask: Any, status: int, body: bytes) -> None:
    with serving(status, body) as url:
        result = ask(url)
    assert result.returncode == 1
    assert f"That is not an answer of the Iris model (HTTP {status})" in result.stderr
    assert "Traceback" not in result.stderr


def test_closed_port_names_the_script_that_opens_it(ask: Any) -> None:
    with serving(200, b"") as url:
        pass
    result = ask(url)
    assert "scripts/port-forward.sh" in result.stderr
    assert "Traceback" not in result.stderr
