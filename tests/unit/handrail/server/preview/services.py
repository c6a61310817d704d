"""Small services of a lesson, and a signed-in look at them through a player, as a browser has it."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from urllib.parse import urlsplit

import httpx

from .....waiting import PATIENCE
from .....web_server import Quiet, serving
from ..player_process import Server

# One for all: a new one reads certificates each time.
CLIENT = httpx.Client(trust_env=False, verify=False, timeout=PATIENCE)
Answer = tuple[int, list[tuple[str, str]], bytes]


def http_service(
    answers: Mapping[str, Answer] | None = None, *, host: str = "127.0.0.1", port: int = 0
) -> AbstractContextManager[int]:
    """A web server that tells what it was asked, or answers with what is given for a path. Gives its port."""

    class Echo(Quiet):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            asked = {
                "method": self.command, "path": self.path, "body": self.rfile.read(length).decode(),
                "headers": {name.lower(): value for name, value in self.headers.items()},
            }  # fmt: skip
            path = urlsplit(self.path).path
            status, fields, body = (answers or {}).get(path, (200, [], json.dumps(asked).encode()))
            self.send_response(status)
            for name, value in fields:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_PUT = do_DELETE = do_GET

    return serving(Echo, host=host, port=port)


@contextmanager
def raw_service(talk: Callable[[socket.socket], None]) -> Iterator[int]:
    """A program that does what it likes with each connection; its port."""
    listener = socket.create_server(("127.0.0.1", 0))

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=one, args=(connection,), daemon=True).start()

    def one(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            talk(connection)

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


class Look:
    """A preview of one port, signed in; `get` and the rest send what its own page would."""

    def __init__(self, server: Server, port: int) -> None:
        self.server = server
        opened = server.post("previews", {"port": port})
        assert opened.status_code == 200, opened.text
        self.id = opened.json()["id"]
        self.address = urlsplit(self.ticket())
        self.host = self.address.netloc
        self.port = int(self.host.rpartition(":")[2])
        entered = self.send("GET", f"{self.address.path}?{self.address.query}")
        assert entered.status_code == 303
        self.cookie = entered.headers["set-cookie"].partition(";")[0]

    @property
    def origin(self) -> str:
        return f"http://{self.host}"

    def ticket(self, path: str = "/") -> str:
        return str(self.server.post(f"previews/{self.id}/ticket", {"path": path}).json()["url"])

    def send(self, method: str, path: str, body: bytes | None = None, **headers: str) -> httpx.Response:
        """Just so, without the cookie."""
        fields = {"Host": self.host, **{name.replace("_", "-"): value for name, value in headers.items()}}
        url = f"http://127.0.0.1:{self.port}{path}"
        CLIENT.cookies.clear()
        return CLIENT.request(method, url, content=body, headers=fields)

    def get(self, path: str = "/", **headers: str) -> httpx.Response:
        return self.send("GET", path, **{"Cookie": self.cookie, "Sec_Fetch_Site": "same-origin", **headers})

    def post(self, path: str = "/", body: bytes = b"", **headers: str) -> httpx.Response:
        own = {"Cookie": self.cookie, "Sec_Fetch_Site": "same-origin", "Origin": self.origin}
        return self.send("POST", path, body, **{**own, **headers})

    def navigate(self, path: str = "/", **headers: str) -> httpx.Response:
        """As the frame in the player's page is led there."""
        return self.get(path, **{"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "navigate", **headers})
