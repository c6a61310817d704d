"""One machine writes a bundle, another with an empty cache and an empty engine takes everything from it."""

from __future__ import annotations

import io
import json
import os
import subprocess
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from airgap import tools, versions
from airgap.archive import architecture
from airgap.cache import key_of

Run = Callable[..., subprocess.CompletedProcess[str]]
Write = Callable[[str, str], Path]

# An engine whose store is a folder: an image is a file that holds its identity.
ENGINE = """
store="$STORE"; mkdir -p "$store"
file() { echo "$store/$(echo "$1" | tr '/:@' '___')"; }
case "$1" in
  image) for image; do :; done; cat "$(file "$image")" 2>/dev/null ;;
  save) shift; [ "$1" = --output ] && out=$2 && shift 2; : > "$out"
    for image; do echo "$image $(cat "$(file "$image")")" >> "$out"; done ;;
  load) while read -r image identity; do echo "$identity" > "$(file "$image")"; done < "$3" ;;
esac
"""


@pytest.fixture
def classroom(programs: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A host with Docker and nothing else; returns the store of the machine that prepares."""
    programs("docker", ENGINE)
    monkeypatch.setenv("AIRGAP_OFFLINE", "1")
    monkeypatch.setenv("STORE", str(tmp_path / "teacher"))
    return tmp_path / "teacher"


def put(store: Path, image: str, identity: str) -> None:
    store.mkdir(exist_ok=True)
    (store / image.translate(str.maketrans("/:@", "___"))).write_text(f"{identity}\n")


@pytest.fixture
def bundle(classroom: Path, airgap: Run, cache: Path, tmp_path: Path) -> Path:
    """A bundle with tools, node, base and one further image, and a folder that the caller named."""
    for name in tools.NAMES:
        folder = cache / "artefacts" / f"{name}-{key_of(versions.FETCHED[name], architecture())}"
        folder.mkdir(parents=True)
        (folder / name).write_text(f"#!/bin/sh\necho {name} of the bundle\n")
        (folder / name).chmod(0o755)
        (folder / "origin").write_text("from a registry\n")
    for image in (versions.KINDEST_NODE, versions.PYTHON_SLIM, "iris:1"):
        put(classroom, image, f"identity-of-{image}")
    wheels = cache.parent / "lesson" / "wheels"
    wheels.mkdir(parents=True)
    (wheels / "flower.whl").write_text("wheel")
    target = tmp_path / "stick.tar.gz"
    done = airgap("bundle", target, "--image", "iris:1", "--include", wheels)
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"{target}\n"
    return target


@pytest.fixture
def pupil(bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Another machine: empty cache, empty store, no network, the bundle; returns its cache folder."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "pupil-cache"))
    monkeypatch.setenv("STORE", str(tmp_path / "pupil"))
    monkeypatch.setenv("BUNDLE", str(bundle))
    return tmp_path / "pupil-cache"


def test_everything_comes_from_the_bundle(pupil: Path, airgap: Run, tmp_path: Path) -> None:
    done = airgap("tools", tmp_path / "bin")
    assert done.returncode == 0, done.stderr
    helm = subprocess.run([tmp_path / "bin" / "helm"], capture_output=True, text=True, check=True)
    assert helm.stdout == "helm of the bundle\n"
    assert airgap("base").stdout == f"{versions.PYTHON_SLIM}\n"
    assert airgap("node").stdout == f"{versions.KINDEST_NODE}\n"
    assert {path.name for path in (tmp_path / "pupil").iterdir()} == {
        path.name for path in (tmp_path / "teacher").iterdir()
    }
    assert (pupil / "lesson" / "wheels" / "flower.whl").read_text() == "wheel"


def test_second_unpacking_leaves_alone_what_is_there(pupil: Path, airgap: Run) -> None:
    assert airgap("unpack").returncode == 0
    (pupil / "lesson" / "wheels" / "flower.whl").write_text("changed since")
    done = airgap("unpack")
    assert (done.returncode, done.stderr) == (0, "")
    assert (pupil / "lesson" / "wheels" / "flower.whl").read_text() == "changed since"


def test_image_lost_from_the_store_is_put_back(pupil: Path, airgap: Run, tmp_path: Path) -> None:
    airgap("base")
    for path in (tmp_path / "pupil").iterdir():
        path.unlink()
    assert airgap("base").stdout == f"{versions.PYTHON_SLIM}\n"


@pytest.mark.parametrize("kept", [0, 40, -200], ids=["empty", "torn at the start", "torn near the end"])
def test_torn_bundle_is_one_sentence(kept: int, pupil: Path, bundle: Path, airgap: Run) -> None:
    bundle.write_bytes(bundle.read_bytes()[:kept])
    done = airgap("base")
    assert done.returncode == 1
    assert f"airgap: {bundle} cannot be read as a bundle" in done.stderr
    assert "copy it again" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"architecture": "s390x"}, f"was made on {os.uname().sysname} s390x and this is"),
        ({"format": 0}, "is not a bundle of this version"),
    ],
    ids=["other machine", "other version"],
)
def test_bundle_for_somebody_else_is_refused(
    change: dict[str, object], sentence: str, airgap: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    described = {"format": 1, "id": "1", "system": os.uname().sysname, "architecture": architecture(), "images": {}}
    content = json.dumps({**described, **change}).encode()
    with tarfile.open(tmp_path / "other.tar.gz", "w:gz") as tar:
        entry = tarfile.TarInfo("bundle.json")
        entry.size = len(content)
        tar.addfile(entry, io.BytesIO(content))
    monkeypatch.setenv("BUNDLE", str(tmp_path / "other.tar.gz"))
    done = airgap("unpack")
    assert done.returncode == 1
    assert sentence in done.stderr


def test_folder_outside_the_cache_has_no_place_in_a_bundle(classroom: Path, airgap: Run, tmp_path: Path) -> None:
    done = airgap("bundle", tmp_path / "stick.tar.gz", "--include", tmp_path)
    assert done.returncode == 1
    assert "is outside the cache" in done.stderr
    assert not (tmp_path / "stick.tar.gz").exists()
