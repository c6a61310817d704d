"""Installing packages while another program holds the package manager's lock: the real apt-get, on files of its own."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from airgap import debian
from airgap.errors import AirgapError

pytestmark = pytest.mark.skipif(not shutil.which("apt-get"), reason="only Debian and its relatives have apt-get")

HOLDER = """
import fcntl, sys
with open(sys.argv[1], "w") as lock:
    fcntl.lockf(lock, fcntl.LOCK_EX)
    print("held", flush=True)
    sys.stdin.read()
"""
# Does what dpkg is asked for, as far as apt can see.
DPKG = '#!/bin/sh\necho "$@" >> "$(dirname "$0")/dpkg.words"\n'


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An apt with one package, `made-up`, to install; it knows nothing of this host and changes nothing on it."""
    package = tmp_path / "package"
    (package / "DEBIAN").mkdir(parents=True)
    control = "Package: made-up\nVersion: 1\nArchitecture: all\nMaintainer: nobody <nobody@localhost>\nDescription: x\n"
    (package / "DEBIAN" / "control").write_text(control)
    (tmp_path / "repository").mkdir()
    deb = tmp_path / "repository" / "made-up_1_all.deb"
    subprocess.run(["dpkg-deb", "--build", package, deb], check=True, stdout=subprocess.DEVNULL)
    digest = hashlib.sha256(deb.read_bytes()).hexdigest()
    listing = f"{control}Filename: ./{deb.name}\nSize: {deb.stat().st_size}\nSHA256: {digest}\n"
    (tmp_path / "repository" / "Packages").write_text(listing)
    for folder in ("state/lists/partial", "cache/archives/partial", "dpkg"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "dpkg" / "status").write_text("")
    (tmp_path / "sources.list").write_text(f"deb [trusted=yes] copy:{tmp_path}/repository ./\n")
    (tmp_path / "dpkg.sh").write_text(DPKG)
    (tmp_path / "dpkg.sh").chmod(0o755)
    settings = {
        "Dir::State": tmp_path / "state",
        "Dir::State::status": tmp_path / "dpkg" / "status",
        "Dir::Cache": tmp_path / "cache",
        "Dir::Etc::sourcelist": tmp_path / "sources.list",
        "Dir::Etc::sourceparts": "/dev/null",
        "Dir::Bin::dpkg": tmp_path / "dpkg.sh",
        "Dir::Log": tmp_path,
        "APT::Sandbox::User": "root",
    }
    lines = [f'{name} "{value}";\n' for name, value in settings.items()]
    # This host's own hooks after dpkg have no business here.
    hooks = ["#clear DPkg::Post-Invoke;\n", "#clear DPkg::Pre-Install-Pkgs;\n", "#clear APT::Update::Post-Invoke;\n"]
    (tmp_path / "apt.conf").write_text("".join([*lines, *hooks]))
    monkeypatch.setenv("APT_CONFIG", str(tmp_path / "apt.conf"))
    return tmp_path


@contextmanager
def held(lock: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process holds the lock until it is let go, or the block ends."""
    command = [sys.executable, "-c", HOLDER, str(lock)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        yield holder


def installed(world: Path) -> bool:
    return "made-up_1_all.deb" in (world / "dpkg.words").read_text() if (world / "dpkg.words").exists() else False


def install(patience: str = "600") -> subprocess.Popen[str]:
    command = ["sh", str(debian.INSTALL), "made-up"]
    env = {**os.environ, "APT_PATIENCE": patience}
    return subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def test_nobody_holds_the_lock(world: Path) -> None:
    with install() as process:
        assert process.stderr is not None
        assert process.stderr.read() == ""
    assert process.returncode == 0
    assert installed(world)


@pytest.mark.parametrize("lock", ["state/lists/lock", "dpkg/lock-frontend", "dpkg/lock", "cache/archives/lock"])
def test_lock_is_waited_for_and_its_holder_named(world: Path, lock: str) -> None:
    with held(world / lock) as holder, install() as process:
        assert process.stderr is not None
        said = process.stderr.readline()
        assert said.startswith(f"Waiting for the package manager, which process {holder.pid} "), said
        assert not installed(world)
        assert holder.stdin is not None
        holder.stdin.close()
        assert process.wait() == 0
    assert installed(world)


def test_lock_that_is_never_let_go_is_given_up_with_what_to_do(world: Path) -> None:
    with held(world / "dpkg" / "lock-frontend") as holder, install(patience="2") as process:
        assert process.stderr is not None
        last = process.stderr.readlines()[-1]
        assert holder.stdin is not None
        holder.stdin.close()
    assert process.returncode == 1
    assert f"still locked by process {holder.pid}" in last
    assert last.endswith("run the same command again.\n")
    assert not installed(world)


def test_another_failure_is_not_waited_for(world: Path) -> None:
    shutil.rmtree(world / "repository")
    with install() as process:
        assert process.stderr is not None
        said = process.stderr.read()
    assert process.returncode == 1
    assert "Waiting" not in said
    assert "repository" in said


def test_the_preparation_waits_and_says_so(
    world: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], cache: Path
) -> None:
    monkeypatch.setenv("APT_PATIENCE", "2")
    events = world / "events.jsonl"
    monkeypatch.setenv("AIRGAP_EVENTS", str(events))
    refused = None
    with held(world / "dpkg" / "lock-frontend") as holder:
        try:
            debian.install(["made-up"])
        except AirgapError as error:
            refused = str(error)
        assert holder.stdin is not None
        holder.stdin.close()
    assert f"still locked by process {holder.pid}" in str(refused)
    assert f"apt: Waiting for the package manager, which process {holder.pid} " in capfd.readouterr().err
    monkeypatch.delenv("APT_PATIENCE")
    debian.install(["made-up"])
    assert installed(world)
