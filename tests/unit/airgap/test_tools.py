"""Which kubectl, Helm and kind are chosen, and what is said about it."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from airgap import publisher as module
from airgap import versions

from .conftest import Publisher

Run = Callable[..., subprocess.CompletedProcess[str]]
Write = Callable[[str, str], Path]


@pytest.fixture
def published(publisher: Publisher, monkeypatch: pytest.MonkeyPatch) -> Publisher:
    """A publisher that has kubectl and kind in the versions that are fetched."""
    for name in ("kubectl", "kind"):
        release = module.release(name, versions.FETCHED[name])
        monkeypatch.setenv(release.variable, publisher.address)
        content = f"#!/bin/sh\necho {versions.FETCHED[name]}\n".encode()
        publisher.files[release.file] = content
        publisher.files[release.checksum] = hashlib.sha256(content).hexdigest().encode()
    return publisher


def said(path: Path) -> str:
    return subprocess.run([path], capture_output=True, text=True, check=True).stdout.strip()


def test_accepted_tool_of_the_host_is_taken(programs: Write, airgap: Run, tmp_path: Path) -> None:
    own = programs("kubectl", "echo Client Version: v1.35.2")
    done = airgap("tools", tmp_path / "bin", "kubectl")
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"{tmp_path / 'bin'}\n"
    assert (tmp_path / "bin" / "kubectl").resolve() == own
    assert done.stderr == f"kubectl: {own}, already on this host\n"


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("echo v1.32.4-dispatcher", "is 1.32.4, needed is 1.33 to 1.35"),
        ("echo nonsense", "is of no known version, needed is 1.33 to 1.35"),
        ("echo broken library >&2; exit 127", "does not work: kubectl version failed: broken library"),
    ],
    ids=["old", "nonsense", "broken"],
)
def test_other_tool_of_the_host_is_replaced_and_the_reason_said(
    script: str, reason: str, programs: Write, airgap: Run, published: Publisher, tmp_path: Path
) -> None:
    programs("kubectl", script)
    done = airgap("tools", tmp_path / "bin", "kubectl")
    assert done.returncode == 0, done.stderr
    assert said(tmp_path / "bin" / "kubectl") == versions.FETCHED["kubectl"]
    assert reason in done.stderr
    assert "from its publisher, checksum verified" in done.stderr


def test_second_run_fetches_nothing(programs: Write, airgap: Run, published: Publisher, tmp_path: Path) -> None:
    programs("unrelated", "")
    assert airgap("tools", tmp_path / "bin", "kind").returncode == 0
    before = list(published.asked)
    done = airgap("tools", tmp_path / "bin", "kind")
    assert done.returncode == 0, done.stderr
    assert published.asked == before


def test_our_own_links_are_not_mistaken_for_the_hosts(
    programs: Write, airgap: Run, published: Publisher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs("unrelated", "")
    assert airgap("tools", tmp_path / "bin", "kind").returncode == 0
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    done = airgap("tools", tmp_path / "bin", "kind")
    assert "none on PATH" in done.stderr
    assert said(tmp_path / "bin" / "kind") == versions.FETCHED["kind"]


def test_wrong_checksum_ends_in_one_sentence(
    programs: Write, airgap: Run, published: Publisher, tmp_path: Path
) -> None:
    programs("unrelated", "")
    published.files[module.release("kind", versions.FETCHED["kind"]).file] += b"# changed on the way"
    done = airgap("tools", tmp_path / "bin", "kind")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("airgap: kind: the file from http://127.0.0.1:")
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "bin" / "kind").exists()


def test_unknown_tool_is_named(airgap: Run, tmp_path: Path) -> None:
    done = airgap("tools", tmp_path / "bin", "kubectx")
    assert done.returncode == 1
    assert done.stderr == "airgap: kubectx: not a tool that airgap provides; it has kubectl, helm, kind\n"


@pytest.mark.parametrize(
    ("name", "text", "accepted"),
    [
        ("kubectl", "Client Version: v1.33.0", True),
        ("kubectl", "Client Version: v1.36.0", False),
        ("helm", "v3.19.0", True),
        ("helm", "v3.18.6", False),
        ("helm", "v4.0.0", False),
        ("helm", "v4.1.4", True),
        ("kind", "kind v0.30.0 go1.26.8 linux/amd64", True),
        ("kind", "kind v0.31.0 go1.26.8 linux/amd64", False),
        ("go", "go version go1.19.8 linux/amd64", False),
        ("go", "go version go1.26 linux/amd64", True),
        ("go", "", False),
    ],
)
def test_accepted_versions(name: str, text: str, accepted: bool) -> None:
    assert (text in versions.ACCEPTED[name]) is accepted
