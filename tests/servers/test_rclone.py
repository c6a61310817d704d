"""The bucket of the lessons, rclone, as the lessons build it: the stand-in's storage initializer fetches from it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from seldon_standin.storage import StorageError, fetch

from tests.ports import free_port
from tests.waiting import until

REPO = Path(__file__).parents[2]
KEY, SECRET = "lesson", "not-a-secret"


def answers(port: int) -> bool:
    with socket.socket() as knocking:
        return knocking.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture(scope="module")
def rclone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built once for this machine, as for the learners."""
    folder = tmp_path_factory.mktemp("rclone")
    words = [sys.executable, REPO / "scripts/make_rclone.py", folder]
    subprocess.run(words, check=True, env={**os.environ, "PYTHONPATH": str(REPO)})
    return folder / "rclone"


@pytest.fixture(scope="module")
def settings(rclone: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """What a client of a running bucket has to know, as the lessons' Secret says it."""
    port, data = free_port(), tmp_path_factory.mktemp("data")
    words = [rclone, "serve", "s3", data, f"--addr=127.0.0.1:{port}", f"--auth-key={KEY},{SECRET}", "--config="]
    with subprocess.Popen(words, stderr=subprocess.DEVNULL) as process:
        until(lambda: answers(port))
        yield {
            "RCLONE_CONFIG_S3_TYPE": "s3",
            "RCLONE_CONFIG_S3_PROVIDER": "Other",
            "RCLONE_CONFIG_S3_ENDPOINT": f"http://127.0.0.1:{port}",
            "RCLONE_CONFIG_S3_ACCESS_KEY_ID": KEY,
            "RCLONE_CONFIG_S3_SECRET_ACCESS_KEY": SECRET,
        }
        process.kill()


def upload(rclone: Path, settings: dict[str, str], folder: Path, to: str) -> None:
    subprocess.run([rclone, "copy", folder, f"s3:{to}", "--config="], check=True, env={**os.environ, **settings})


def files(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}


def test_folder_comes_whole_and_alone(rclone: Path, settings: dict[str, str], tmp_path: Path) -> None:
    texts = {"iris/model.joblib": "1", "iris/a folder/notes+more.txt": "2", "irises/model.joblib": "3"}
    for name, text in texts.items():
        path = tmp_path / "up" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    upload(rclone, settings, tmp_path / "up", "models")
    fetch("s3://models/iris", tmp_path / "out", settings)
    assert files(tmp_path / "out") == {"model.joblib": "1", "a folder/notes+more.txt": "2"}


def test_more_files_than_a_page_of_the_listing_has(rclone: Path, settings: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "up").mkdir()
    for number in range(1100):
        (tmp_path / "up" / f"{number}.txt").write_text(str(number))
    upload(rclone, settings, tmp_path / "up", "many/files")
    fetch("s3://many/files", tmp_path / "out", settings)
    assert files(tmp_path / "out") == files(tmp_path / "up")


@pytest.mark.parametrize("wrong", ["RCLONE_CONFIG_S3_ACCESS_KEY_ID", "RCLONE_CONFIG_S3_SECRET_ACCESS_KEY"])
def test_signature_with_another_key_is_refused(settings: dict[str, str], tmp_path: Path, wrong: str) -> None:
    with pytest.raises(StorageError) as error:
        fetch("s3://models/iris", tmp_path / "out", {**settings, wrong: "another"})
    assert "answered 403" in str(error.value)
