"""Files from a publisher: verified, tried again when cut, refused when wrong, and given up on quickly."""

from __future__ import annotations

import hashlib
import io
import json
import socket
import tarfile
from pathlib import Path

import pytest

from airgap import publisher as module
from airgap.errors import AirgapError
from airgap.publisher import Release, Unreachable, answers, fetch

from ...ports import free_port
from .conftest import Publisher

PROGRAM = b"#!/bin/sh\necho v1.34.5\n" * 1000


@pytest.fixture
def release(publisher: Publisher, monkeypatch: pytest.MonkeyPatch) -> Release:
    monkeypatch.setenv("AIRGAP_TEST_URL", publisher.address)
    publisher.publish("v1/tool", PROGRAM)
    return Release("tool", "AIRGAP_TEST_URL", "http://publisher.invalid", "v1/tool", "v1/tool.sha256")


def test_verified_file_is_executable(release: Release, tmp_path: Path) -> None:
    fetch(release, tmp_path / "tool")
    assert (tmp_path / "tool").read_bytes() == PROGRAM
    assert (tmp_path / "tool").stat().st_mode & 0o777 == 0o755


def test_program_is_taken_out_of_its_archive(publisher: Publisher, release: Release, tmp_path: Path) -> None:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        entry = tarfile.TarInfo("linux-amd64/tool")
        entry.size = len(PROGRAM)
        tar.addfile(entry, io.BytesIO(PROGRAM))
    publisher.publish("tool.tar.gz", packed.getvalue(), ".sha256sum")
    packed_release = Release(
        "tool", release.variable, "", "tool.tar.gz", "tool.tar.gz.sha256sum", member="linux-amd64/tool"
    )
    fetch(packed_release, tmp_path / "tool")
    assert (tmp_path / "tool").read_bytes() == PROGRAM
    assert [path.name for path in tmp_path.glob("tool*")] == ["tool"]


def test_wrong_checksum_is_refused_and_nothing_kept(publisher: Publisher, release: Release, tmp_path: Path) -> None:
    publisher.files["v1/tool"] = PROGRAM.replace(b"echo", b"evil")
    with pytest.raises(AirgapError, match="not the one its publisher signed for") as refused:
        fetch(release, tmp_path / "tool")
    # Not to be taken for a publisher that is away, whose files come from elsewhere.
    assert not isinstance(refused.value, Unreachable)
    assert "AIRGAP_OFFLINE=1" in str(refused.value)
    assert not list(tmp_path.glob("tool*"))


def test_checksum_file_without_checksum_is_no_checksum(publisher: Publisher, release: Release, tmp_path: Path) -> None:
    publisher.files["v1/tool.sha256"] = b"<html>please log in</html>"
    with pytest.raises(Unreachable, match="holds no SHA-256 checksum"):
        fetch(release, tmp_path / "tool")


def test_cut_download_is_tried_again(publisher: Publisher, release: Release, tmp_path: Path) -> None:
    publisher.cut["v1/tool"] = 1
    fetch(release, tmp_path / "tool")
    assert (tmp_path / "tool").read_bytes() == PROGRAM
    assert publisher.asked.count("v1/tool") == 2


def test_download_cut_each_time_is_given_up(publisher: Publisher, release: Release, tmp_path: Path) -> None:
    publisher.cut["v1/tool"] = 100
    with pytest.raises(Unreachable, match=f"ended after {len(PROGRAM) // 2} of {len(PROGRAM)} bytes|more expected"):
        fetch(release, tmp_path / "tool")
    assert publisher.asked.count("v1/tool") == module.TRIES


def test_refusal_is_an_answer(publisher: Publisher) -> None:
    assert answers(f"{publisher.address}/v2/")


def test_publisher_that_is_away_is_remembered(publisher: Publisher, cache: Path) -> None:
    address = f"http://127.0.0.1:{free_port()}/v2/"
    assert not answers(address)
    (note,) = (cache / "reachable").iterdir()
    assert json.loads(note.read_text())["answers"] is False
    # What was found out counts, not what would be found now.
    note.write_text(note.read_text().replace("false", "true"))
    assert answers(address)


def test_old_memory_is_not_trusted(publisher: Publisher, cache: Path) -> None:
    assert answers(f"{publisher.address}/v2/")
    (note,) = (cache / "reachable").iterdir()
    note.write_text(json.dumps({"answers": False, "t": 0}))
    assert answers(f"{publisher.address}/v2/")


def test_silence_costs_no_more_than_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PROBE_SECONDS", 0.2)
    # It takes the connection and never says a word.
    with socket.create_server(("127.0.0.1", 0)) as silent:
        assert not answers(f"http://127.0.0.1:{silent.getsockname()[1]}/v2/")


def test_offline_asks_nobody(
    publisher: Publisher, release: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRGAP_OFFLINE", "1")
    with pytest.raises(Unreachable):
        fetch(release, tmp_path / "tool")
    assert not publisher.asked


@pytest.mark.parametrize("name", ["kubectl", "helm", "kind", "go"])
def test_each_release_is_fetched_from_where_its_variable_says(
    name: str, publisher: Publisher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = module.release(name, "1.2.3")
    monkeypatch.setenv(found.variable, f"{publisher.address}/")
    content = PROGRAM
    if found.member:
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w:gz") as tar:
            entry = tarfile.TarInfo(found.member)
            entry.size = len(PROGRAM)
            tar.addfile(entry, io.BytesIO(PROGRAM))
        content = packed.getvalue()
    publisher.files[found.file] = content
    publisher.files[found.checksum] = hashlib.sha256(content).hexdigest().encode()
    fetch(found, tmp_path / name)
    assert (tmp_path / name).read_bytes() == PROGRAM
    assert "1.2.3" in found.file
