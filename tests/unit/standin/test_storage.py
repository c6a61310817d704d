"""The storage initializer against a real HTTP server that speaks enough of S3."""

import io
import tarfile
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from seldon_standin.storage import StorageError, fetch, main

KEYS = {"iris/v1/model.joblib": b"model", "iris/v1/more/metadata.yaml": b"meta", "iris/v10/model.joblib": b"other"}


class Server(BaseHTTPRequestHandler):
    """Files under /web, one bucket under /models, two keys to a page; the last Authorization is kept."""

    files: ClassVar[dict[str, bytes]] = {}
    authorization: str | None = None

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        path, query = unquote(parts.path), parse_qs(parts.query)
        Server.authorization = self.headers.get("Authorization")
        if path == "/models" and query.get("list-type") == ["2"]:
            self._answer(self._page(query))
        elif path.startswith("/models/") and path.removeprefix("/models/") in KEYS:
            self._answer(KEYS[path.removeprefix("/models/")])
        elif path in self.files:
            self._answer(self.files[path])
        else:
            self.send_error(404)

    def _page(self, query: dict[str, list[str]]) -> bytes:
        start = int(query.get("continuation-token", ["0"])[0])
        found = [key for key in KEYS if key.startswith(query.get("prefix", [""])[0])]
        more = f"<NextContinuationToken>{start + 2}</NextContinuationToken>" if start + 2 < len(found) else ""
        keys = "".join(f"<Contents><Key>{key}</Key></Contents>" for key in found[start : start + 2])
        return f'<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">{keys}{more}</ListBucketResult>'.encode()

    def _answer(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_file_from_the_web(address: str, tmp_path: Path) -> None:
    Server.files["/web/my model.joblib"] = b"web"
    fetch(f"{address}/web/my%20model.joblib", tmp_path, {})
    assert contents(tmp_path) == {"my model.joblib": b"web"}


@pytest.mark.parametrize("kind", ["tar.gz", "zip"])
def test_an_archive_is_unpacked(address: str, tmp_path: Path, kind: str) -> None:
    made = io.BytesIO()
    if kind == "zip":
        with zipfile.ZipFile(made, "w") as packed:
            packed.writestr("model.joblib", b"packed")
    else:
        with tarfile.open(fileobj=made, mode="w:gz") as tar:
            member = tarfile.TarInfo("model.joblib")
            member.size = 6
            tar.addfile(member, io.BytesIO(b"packed"))
    Server.files[f"/web/iris.{kind}"] = made.getvalue()
    fetch(f"{address}/web/iris.{kind}", tmp_path, {})
    assert contents(tmp_path) == {"model.joblib": b"packed"}


def test_an_archive_cannot_write_elsewhere(address: str, tmp_path: Path) -> None:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as tar:
        tar.addfile(tarfile.TarInfo("../outside"))
    Server.files["/web/evil.tar"] = made.getvalue()
    with pytest.raises(StorageError):
        fetch(f"{address}/web/evil.tar", tmp_path / "inside", {})
    assert not (tmp_path / "outside").exists()


def test_a_folder_of_a_bucket_comes_whole_and_alone(address: str, tmp_path: Path) -> None:
    env = {"AWS_ENDPOINT_URL": address, "AWS_ACCESS_KEY_ID": "me", "AWS_SECRET_ACCESS_KEY": "secret"}
    fetch("s3://models/iris/v1", tmp_path, env)
    assert contents(tmp_path) == {"model.joblib": b"model", "more/metadata.yaml": b"meta"}
    assert str(Server.authorization).startswith("AWS4-HMAC-SHA256 Credential=me/")


def test_one_key_of_a_bucket(address: str, tmp_path: Path) -> None:
    fetch("s3://models/iris/v10/model.joblib", tmp_path, {"RCLONE_CONFIG_S3_ENDPOINT": address})
    assert contents(tmp_path) == {"model.joblib": b"other"}
    assert Server.authorization is None


def test_a_remote_of_rclone(address: str, tmp_path: Path) -> None:
    fetch("minio:models/iris/v10", tmp_path, {"RCLONE_CONFIG_MINIO_ENDPOINT": address})
    assert contents(tmp_path) == {"model.joblib": b"other"}


def test_a_mounted_claim(tmp_path: Path) -> None:
    source = tmp_path / "claim/iris"
    source.mkdir(parents=True)
    (source / "model.joblib").write_bytes(b"claimed")
    fetch(str(source), tmp_path / "models", {})
    assert contents(tmp_path / "models") == {"model.joblib": b"claimed"}


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("{address}/web/none.joblib", "answered 404"),
        ("http://127.0.0.1:9/model.joblib", "could not be fetched"),
        ("/no/such/place", "does not exist"),
        ("minio:models/iris", "Nothing says where minio is"),
        ("s3://models/empty", "Nothing was found"),
    ],
)
def test_what_goes_wrong_is_said(
    address: str,
    tmp_path: Path,
    source: str,
    words: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", address)
    assert main([source.format(address=address), str(tmp_path)]) == 1
    assert words in capsys.readouterr().err
