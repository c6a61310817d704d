"""Pictures from the web: what is fetched on a click, and that it is no way into the local network."""

from __future__ import annotations

import asyncio
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from handrail.server.errors import RequestError
from handrail.server.web_pictures import LARGEST, Picture, fetch, is_public, public_addresses

PNG = b"\x89PNG\r\n\x1a\n rest"
# The picture host's answers by path; "?" is the port that it listens on.
ANSWERS = {
    "/rose.png?size=1": b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n" + PNG,
    "/moved": b"HTTP/1.1 302 Found\r\nLocation: /rose.png?size=1\r\nContent-Length: 0\r\n\r\n",
    "/plain": b"HTTP/1.1 302 Found\r\nLocation: http://pictures.example/rose.png\r\nContent-Length: 0\r\n\r\n",
    "/inside": b"HTTP/1.1 302 Found\r\nLocation: https://localhost:?/rose.png\r\nContent-Length: 0\r\n\r\n",
    "/round": b"HTTP/1.1 302 Found\r\nLocation: /round\r\nContent-Length: 0\r\n\r\n",
    "/page": b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<h1>rose</h1>",
    "/script.svg": b"HTTP/1.1 200 OK\r\nContent-Type: image/svg+xml\r\n\r\n<svg/>",
    "/gone": b"HTTP/1.1 404 Not Found\r\nContent-Type: image/png\r\n\r\n",
    "/large": b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n" + b"x" * (LARGEST + 1),
    "/broken": b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: 100\r\n\r\nx",
}

Fetch = Callable[[str], Picture]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate and its key for pictures.example."""
    folder = tmp_path_factory.mktemp("certificate")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=pictures.example",
         "-addext", "subjectAltName=DNS:pictures.example", "-keyout", folder / "key", "-out", folder / "crt"],
        check=True, capture_output=True,
    )  # fmt: skip
    (folder / "both").write_text((folder / "key").read_text() + (folder / "crt").read_text())
    return folder / "both"


@pytest.fixture(scope="module")
def picture_host(certificate: Path) -> Iterator[tuple[int, list[bytes]]]:
    """The port of a TLS server, and what it was asked."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    asked: list[bytes] = []
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]

    def one(connection: socket.socket) -> None:
        try:
            with context.wrap_socket(connection, server_side=True) as safe:
                asked.append(safe.recv(65536))
                path = asked[-1].split(b" ")[1].decode()
                safe.sendall(ANSWERS[path].replace(b":?", f":{port}".encode()))
        except OSError:
            connection.close()

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=one, args=(connection,), daemon=True).start()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    yield port, asked
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join()


@pytest.fixture
def fetched(picture_host: tuple[int, list[bytes]], certificate: Path) -> Fetch:
    """Fetches from the picture host as if it were on the internet."""

    async def resolve(host: str, port: int) -> list[str]:
        return ["127.0.0.1"] if host == "pictures.example" else await public_addresses(host, port)

    context = ssl.create_default_context(cafile=certificate)
    return lambda path: asyncio.run(fetch(f"https://pictures.example:{picture_host[0]}{path}", resolve, context))


@pytest.mark.parametrize("path", ["/rose.png?size=1", "/moved"])
def test_a_picture_comes_with_its_kind_and_nothing_of_the_learner_goes(
    fetched: Fetch, picture_host: tuple[int, list[bytes]], path: str
) -> None:
    assert fetched(path) == Picture("image/png", PNG)
    names = {line.split(b":")[0].lower() for line in picture_host[1][-1].split(b"\r\n")[1:] if line}
    assert names == {b"host", b"accept", b"user-agent"}


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("/plain", "it is not sent over https"),
        ("/inside", "it is no public address"),
        ("/round", "it leads on and on"),
        ("/page", "it sends something else than a picture that is shown here"),
        ("/script.svg", "it sends something else than a picture that is shown here"),
        ("/gone", "it answers with status 404"),
        ("/large", "it is larger than 5 MB"),
        ("/broken", "it did not answer"),
    ],
)
def test_what_is_not_shown_says_why(fetched: Fetch, path: str, why: str) -> None:
    with pytest.raises(RequestError, match=f"The picture from .* is not shown: {why}"):
        fetched(path)


@pytest.mark.parametrize(
    "address",
    [
        "https://localhost/x.png", "https://127.0.0.1/x.png", "https://[::1]/x.png", "https://2130706433/x.png",
        "https://0/x.png", "https://10.0.0.1/x.png", "https://169.254.169.254/latest", "https://[fe80::1]/x.png",
        "https://nowhere.invalid/x.png", "http://127.0.0.1/x.png", "https://user@127.0.0.1/x.png", "https:///x.png",
        "file:///etc/passwd", "https://[::1/x.png", "https://127.0.0.1:99999/x.png",
    ],
)  # fmt: skip
def test_no_address_of_the_local_network_is_asked(address: str) -> None:
    with pytest.raises(RequestError, match="is not shown"):
        asyncio.run(fetch(address))


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True), ("2606:2800:220:1::1", True), ("127.0.0.1", False), ("0.0.0.0", False),
        ("10.1.2.3", False), ("172.16.0.1", False), ("192.168.1.1", False), ("169.254.169.254", False),
        ("100.64.0.1", False), ("224.0.0.1", False), ("255.255.255.255", False), ("::", False), ("::1", False),
        ("fe80::1%eth0", False), ("fc00::1", False), ("::ffff:127.0.0.1", False), ("::ffff:10.0.0.1", False),
        ("64:ff9b::7f00:1", False), ("2002:7f00:1::", False), ("ff02::1", False),
    ],
)  # fmt: skip
def test_public_addresses_are_told_from_all_others(address: str, public: bool) -> None:
    assert is_public(address) is public


def test_a_certificate_of_another_host_is_refused(picture_host: tuple[int, list[bytes]], certificate: Path) -> None:
    async def resolve(_host: str, _port: int) -> list[str]:
        return ["127.0.0.1"]

    context = ssl.create_default_context(cafile=certificate)
    with pytest.raises(RequestError, match="it did not answer"):
        asyncio.run(fetch(f"https://other.example:{picture_host[0]}/rose.png?size=1", resolve, context))
