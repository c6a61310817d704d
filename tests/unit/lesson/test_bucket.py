"""The bucket of the lessons on prepackaged servers, as the stand-in's storage client and a careless caller meet it."""

import os
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from seldon_standin.storage import StorageError, fetch

from ...ports import free_port
from ...waiting import PATIENCE, until

PROGRAM = Path(__file__).parents[3] / "scripts/bucket.py"
KEYED = {"Authorization": "AWS4-HMAC-SHA256 Credential=key/"}


def answers(port: int) -> bool:
    with socket.socket() as knocking:
        return knocking.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    port = free_port()
    command = [sys.executable, str(PROGRAM), str(tmp_path / "data"), str(port), "key"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        until(lambda: answers(port))
        yield f"http://127.0.0.1:{port}"
        process.kill()


def send(url: str, method: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> tuple[int, bytes]:
    request = urllib.request.Request(url, data=body, method=method, headers=headers or {})
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()


def settings(url: str, key: str) -> dict[str, str]:
    return {
        **os.environ,
        "RCLONE_CONFIG_S3_ENDPOINT": url,
        "RCLONE_CONFIG_S3_ACCESS_KEY_ID": key,
        "RCLONE_CONFIG_S3_SECRET_ACCESS_KEY": "any",
    }


def test_folder_of_a_bucket_is_fetched(url: str, tmp_path: Path) -> None:
    for key in ("iris/model.joblib", "iris/extra/notes.txt", "irises/model.joblib"):
        assert send(f"{url}/models/{key}", "PUT", key.encode())[0] == 200
    fetch("s3://models/iris", tmp_path / "out", settings(url, "key"))
    found = {str(path.relative_to(tmp_path / "out")) for path in (tmp_path / "out").rglob("*") if path.is_file()}
    assert found == {"model.joblib", "extra/notes.txt"}
    assert (tmp_path / "out/model.joblib").read_text() == "iris/model.joblib"


def test_wrong_key_is_refused(url: str, tmp_path: Path) -> None:
    send(f"{url}/models/iris/model.joblib", "PUT", b"x")
    assert send(f"{url}/models/iris/model.joblib", "GET")[0] == 403
    with pytest.raises(StorageError):
        fetch("s3://models/iris", tmp_path / "out", settings(url, "other"))


def test_folders_are_cut_at_the_delimiter(url: str) -> None:
    for key in ("iris/1/model.joblib", "iris/2/model.joblib", "iris/readme"):
        send(f"{url}/models/{key}", "PUT", b"x")
    text = send(f"{url}/models?prefix=iris/&delimiter=/", "GET", headers=KEYED)[1].decode()
    assert "<Key>iris/readme</Key>" in text
    assert "<Prefix>iris/1/</Prefix>" in text
    assert "model.joblib" not in text


def test_nothing_is_written_outside(url: str, tmp_path: Path) -> None:
    assert send(f"{url}/models/%2e%2e/%2e%2e/outside", "PUT", b"x")[0] == 400
    assert not (tmp_path / "outside").exists()
