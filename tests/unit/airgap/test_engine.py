"""Which engine is chosen, by engines that are there, that answer, and that start what they should."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from airgap import engine, probe

Run = Callable[..., subprocess.CompletedProcess[str]]
Write = Callable[[str, str], Path]

WORKS = 'echo "$*" >> "$0.calls"'
STARTS_NOTHING = (
    'echo "$*" >> "$0.calls"; case "$1" in run) echo "Error: setrlimit: Operation not permitted" >&2; exit 126;; esac'
)
BUILDS_NOTHING = 'case "$1" in build) echo "ERROR: the buildx component is missing or broken" >&2; exit 1;; esac'
NEEDS_CONFIGURATION = (
    'case "$1:$CONTAINERS_CONF" in run:) echo "Error: cgroups in hybrid mode not supported" >&2; exit 126;; esac'
)
DOES_NOT_ANSWER = 'echo "Cannot connect to the Docker daemon" >&2; exit 1'


@pytest.fixture(autouse=True)
def nothing_is_installed(programs: Write) -> None:
    """The tests never get as far as installing an engine on this host: apt-get refuses."""
    programs("apt-get", "echo no packages in tests >&2; exit 100")


def test_docker_that_works_comes_first(programs: Write, airgap: Run) -> None:
    docker = programs("docker", WORKS)
    podman = programs("podman", WORKS)
    done = airgap("engine")
    assert done.returncode == 0, done.stderr
    assert done.stdout == "ENGINE=docker\n"
    assert "run --rm --privileged" in Path(f"{docker}.calls").read_text()
    assert not Path(f"{podman}.calls").exists()


@pytest.mark.parametrize(
    "script",
    [DOES_NOT_ANSWER, STARTS_NOTHING, BUILDS_NOTHING],
    ids=["does not answer", "starts nothing", "builds nothing"],
)
def test_docker_that_does_not_work_is_passed_over(script: str, programs: Write, airgap: Run) -> None:
    programs("docker", script)
    programs("podman", WORKS)
    done = airgap("engine")
    assert done.stdout == "ENGINE=podman KIND_EXPERIMENTAL_PROVIDER=podman\n", done.stderr


def test_docker_without_its_builder_and_no_podman_gets_the_remedy(programs: Write, airgap: Run) -> None:
    programs("docker", BUILDS_NOTHING)
    programs("podman", DOES_NOT_ANSWER)
    assert "buildx component is missing or broken): install its buildx component" in airgap("engine").stderr


def test_podman_gets_a_configuration_only_where_it_needs_one(programs: Write, airgap: Run, cache: Path) -> None:
    programs("docker", DOES_NOT_ANSWER)
    programs("podman", NEEDS_CONFIGURATION)
    done = airgap("engine")
    own = cache / "containers.conf"
    assert done.stdout == f"ENGINE=podman CONTAINERS_CONF={own} KIND_EXPERIMENTAL_PROVIDER=podman\n", done.stderr
    assert 'runtime = "runc"' in own.read_text()
    assert "hybrid mode not supported" in done.stderr


def test_choice_is_the_same_for_a_caller_that_has_taken_it_over(
    programs: Write, airgap: Run, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs("docker", DOES_NOT_ANSWER)
    programs("podman", NEEDS_CONFIGURATION)
    before = airgap("engine").stdout
    monkeypatch.setenv("CONTAINERS_CONF", str(cache / "containers.conf"))
    done = airgap("engine")
    assert done.stdout == before
    assert done.stderr == ""
    (cache / "engine.json").unlink()
    assert airgap("engine").stdout == before


def test_engine_that_changed_is_tried_anew(programs: Write, airgap: Run) -> None:
    programs("docker", WORKS)
    programs("podman", WORKS)
    assert airgap("engine").stdout.startswith("ENGINE=docker")
    programs("docker", DOES_NOT_ANSWER)
    assert airgap("engine").stdout.startswith("ENGINE=podman")


def test_no_engine_is_one_sentence_with_each_reason_and_the_remedy(programs: Write, airgap: Run) -> None:
    programs("docker", DOES_NOT_ANSWER)
    programs("podman", STARTS_NOTHING)
    done = airgap("engine")
    assert done.returncode == 1
    assert done.stdout == ""
    sentence = done.stderr.splitlines()[-1]
    assert "docker: its service does not answer" in sentence
    assert "Cannot connect to the Docker daemon" in sentence
    assert "podman: it starts no privileged container" in sentence
    assert "setrlimit: Operation not permitted" in sentence
    assert "install Podman as root (Debian: apt-get install podman)" in sentence
    assert "Traceback" not in done.stderr


def test_who_is_not_root_is_told_what_to_install(programs: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    programs("docker", DOES_NOT_ANSWER)
    monkeypatch.setattr(engine.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(engine.shutil, "which", lambda name: None)
    with pytest.raises(
        engine.AirgapError, match=r"docker: not installed; podman: not installed.*apt-get install podman"
    ):
        engine.choose()


def test_remembered_choice_names_no_other_host(cache: Path, programs: Write, airgap: Run) -> None:
    programs("docker", WORKS)
    airgap("engine")
    note = json.loads((cache / "engine.json").read_text())
    note["identity"][0] = "another boot"
    (cache / "engine.json").write_text(json.dumps(note))
    programs("docker", DOES_NOT_ANSWER)
    programs("podman", WORKS)
    assert airgap("engine").stdout.startswith("ENGINE=podman")


@pytest.mark.skipif(sys.platform != "linux", reason="a program of Linux")
def test_probe_ends_with_status_0(tmp_path: Path) -> None:
    path = tmp_path / "probe"
    path.write_bytes(probe.program())
    path.chmod(0o755)
    assert subprocess.run([path], check=False).returncode == 0
