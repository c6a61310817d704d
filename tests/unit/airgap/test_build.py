"""The host's way to package registries reaches a build's steps, and nothing of it reaches the image."""

from __future__ import annotations

import os
import subprocess
import sys
import urllib.request
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from airgap import build, debian, settings
from airgap.engine import OWN, Engine

Write = Callable[[str, str], Path]


@pytest.fixture(autouse=True)
def plain_host(monkeypatch: pytest.MonkeyPatch) -> None:
    """A host without settings, but for those that a test makes."""
    for name in (*settings._CA_VARIABLES, *settings._GO):
        monkeypatch.delenv(name, raising=False)
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setattr(settings, "CA_FILES", ())
    monkeypatch.setattr(settings, "PIP_FILES", ())
    monkeypatch.setattr(debian, "host_settings", list)


@pytest.mark.parametrize(
    ("text", "mounted"),
    [
        ("FROM a\nRUN pip install b\n", "FROM a\nRUN --m pip install b\n"),
        ("run a\n", "run --m a\n"),
        ("RUN a \\\n  && b\nRUN c\n", "RUN --m a \\\n  && b\nRUN --m c\n"),
        ("RUN a \\\n# RUN no\n  RUN-like\n", "RUN --m a \\\n# RUN no\n  RUN-like\n"),
        ("COPY a \\\n RUN /b\n", "COPY a \\\n RUN /b\n"),
        ('RUN ["pip", "install"]\n', 'RUN --m ["pip", "install"]\n'),
        ("RUN <<END\nRUN not an instruction\nEND\nRUN b\n", "RUN --m <<END\nRUN not an instruction\nEND\nRUN --m b\n"),
        ("ENV RUN a\n# RUN b\nRUNNER c\n", "ENV RUN a\n# RUN b\nRUNNER c\n"),
    ],
)
def test_each_run_instruction_gets_the_mounts(text: str, mounted: str) -> None:
    assert build.with_mounts(text, ["--m"]) == mounted


def test_host_without_settings_leaves_the_containerfile_alone(tmp_path: Path) -> None:
    assert settings.collect(tmp_path, None, debian_sources=False) == []
    assert build.with_mounts("RUN a\n", []) == "RUN a\n"


def collected(folder: Path, **options: bool) -> dict[str, str]:
    folder.mkdir()
    options.setdefault("debian_sources", False)
    mounts = settings.collect(folder, None, **options)
    return {mount.target: mount.source.read_text(errors="replace") for mount in mounts}


def test_pip_settings_are_merged_as_pip_merges_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "home" / ".config" / "pip" / "pip.conf"
    file.parent.mkdir(parents=True)
    file.write_text("[global]\nindex-url = https://mirror.example/file\ntimeout = 30\n[install]\nuser = true\n")
    monkeypatch.setenv("PIP_INDEX_URL", "https://mirror.example/environment")
    assert collected(tmp_path / "out") == {
        "/etc/xdg/pip/pip.conf": "[global]\nindex-url = https://mirror.example/environment\ntimeout = 30\n"
    }


def test_certificates_go_to_one_place_and_pip_and_npm_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bundle = tmp_path / "company.pem"
    bundle.write_text("CERTIFICATE")
    monkeypatch.setenv("SSL_CERT_FILE", str(bundle))
    found = collected(tmp_path / "out")
    assert found["/etc/ssl/certs/airgap-ca.pem"] == "CERTIFICATE"
    assert found["/etc/xdg/pip/pip.conf"] == "[global]\ncert = /etc/ssl/certs/airgap-ca.pem\n"
    assert found["/root/.npmrc"] == "cafile=/etc/ssl/certs/airgap-ca.pem\n"
    assert found["/etc/apt/apt.conf.d/99airgap"] == 'Acquire::https::CaInfo "/etc/ssl/certs/airgap-ca.pem";\n'


def test_npm_tokens_stay_on_the_host(tmp_path: Path) -> None:
    (tmp_path / "home" / ".npmrc").write_text(
        "registry=https://mirror.example/npm\n//mirror.example/:_authToken=secret\n"
    )
    assert collected(tmp_path / "out") == {"/root/.npmrc": "registry=https://mirror.example/npm\n"}


def test_go_proxy_reaches_the_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOPROXY", "https://mirror.example/go")
    assert collected(tmp_path / "out") == {"/root/.config/go/env": "GOPROXY=https://mirror.example/go\n"}


@pytest.fixture
def engine(programs: Write, tmp_path: Path) -> Engine:
    """A script that notes how it is called and, like an engine, remembers the label of what it built."""
    programs(
        "podman",
        f'cd "{tmp_path}"; echo "$*" >> calls\n'
        'case "$1" in\n'
        '  build) for word; do case "$word" in airgap.key=*) echo "${word#airgap.key=}" > label;; esac;\n'
        '    case "$last" in --file) cp "$word" recipe;; esac; last=$word; done;;\n'
        "  image) cat label;;\n"
        "esac",
    )
    return Engine("podman")


def context(folder: Path) -> Path:
    folder.mkdir()
    (folder / "Containerfile").write_text("FROM a\nRUN pip install b\n")
    return folder


def calls(folder: Path) -> list[str]:
    return [line for line in (folder / "calls").read_text().splitlines() if line.startswith("build")]


def test_build_mounts_settings_as_secrets(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "https://mirror.example/")
    build.build(engine, "iris:1", context(tmp_path / "src"), None, {"BASE": f"{OWN}/python:1"})
    (call,) = calls(tmp_path)
    assert "--tag iris:1" in call
    assert f"--build-arg BASE={OWN}/python:1" in call
    assert "--secret id=airgap-pip,src=" in call
    assert "mirror.example" not in call
    recipe = (tmp_path / "recipe").read_text()
    assert "RUN --mount=type=secret,id=airgap-pip,target=/etc/xdg/pip/pip.conf,mode=0444" in recipe
    assert (tmp_path / "src" / "Containerfile").read_text() == "FROM a\nRUN pip install b\n"


def test_unchanged_inputs_are_not_built_again(engine: Engine, tmp_path: Path) -> None:
    source = context(tmp_path / "src")
    for _ in range(2):
        build.build(engine, "iris:1", source, None, {})
    assert len(calls(tmp_path)) == 1
    (source / "model.py").touch()
    build.build(engine, "iris:1", source, None, {})
    assert len(calls(tmp_path)) == 2


def test_folders_of_wheels_are_paths_or_addresses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # pip takes a blank for the end of a path, so a folder with one in its name is given as an address.
    folders = [tmp_path / "plain", tmp_path / "two words"]
    for folder in folders:
        folder.mkdir()
    monkeypatch.setenv("PIP_FIND_LINKS", f"{folders[0]} {folders[1].as_uri()}")
    assert settings.wheel_folders() == folders


def test_folder_of_wheels_can_be_installed_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    with zipfile.ZipFile(wheels / "flower-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("flower.py", "petals = 4\n")
        wheel.writestr("flower-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: flower\nVersion: 1.0\n")
        wheel.writestr("flower-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr("flower-1.0.dist-info/RECORD", "")
    monkeypatch.setenv("PIP_FIND_LINKS", f"{wheels} {tmp_path / 'missing'}")
    assert settings.wheel_folders() == [wheels]
    with build._served(settings.wheel_folders()) as address:
        with urllib.request.urlopen(address) as page:
            assert b"flower-1.0-py3-none-any.whl" in page.read()
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--find-links", address]
        subprocess.run([*command, "--target", tmp_path / "out", "flower"], check=True, capture_output=True)
    assert (tmp_path / "out" / "flower.py").exists()
