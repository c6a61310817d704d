"""Image archives: what is written, what is shared, and what need not travel."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from airgap import archive, transfer
from airgap.engine import Engine

Write = Callable[[str, str], Path]


def read(content: bytes) -> dict[str, bytes]:
    with tarfile.open(fileobj=io.BytesIO(content)) as tar:
        names = tar.getnames()
        assert len(names) == len(set(names)), "a blob was written twice"
        return {name: tar.extractfile(name).read() for name in names}  # type: ignore[union-attr]


def blob(files: dict[str, bytes], digest: str) -> bytes:
    content = files[f"blobs/{digest.replace(':', '/')}"]
    assert f"sha256:{hashlib.sha256(content).hexdigest()}" == digest
    return content


def manifests(files: dict[str, bytes]) -> dict[str, dict[str, Any]]:
    listed = json.loads(files["index.json"])["manifests"]
    return {item["annotations"][archive.NAME]: json.loads(blob(files, item["digest"])) for item in listed}


def test_images_share_their_layers(tmp_path: Path) -> None:
    (tmp_path / "program").write_bytes(b"program")
    layer = archive.write_layer(tmp_path / "layer", {"bin/a": tmp_path / "program", "bin/b": "a"})
    stream = io.BytesIO()
    archive.write_images(
        stream, [archive.Image(("x/a:1", "x/a:2"), (layer,), ("/bin/a",)), archive.Image(("x/b:1",), (layer,))]
    )
    files = read(stream.getvalue())
    found = manifests(files)
    assert set(found) == {"x/a:1", "x/a:2", "x/b:1"}
    for manifest in found.values():
        (described,) = manifest["layers"]
        assert described["digest"] == layer.digest
        assert len(blob(files, layer.digest)) == described["size"] == layer.size
        assert json.loads(blob(files, manifest["config"]["digest"]))["rootfs"]["diff_ids"] == [layer.digest]
    config = json.loads(blob(files, found["x/a:1"]["config"]["digest"]))
    assert config["config"]["Entrypoint"] == ["/bin/a"]


def test_equal_inputs_make_equal_layers(tmp_path: Path) -> None:
    (tmp_path / "program").write_bytes(b"program")
    first = archive.write_layer(tmp_path / "one", {"bin/a": tmp_path / "program"})
    (tmp_path / "program").touch()
    assert archive.write_layer(tmp_path / "two", {"bin/a": tmp_path / "program"}).digest == first.digest


def test_base_comes_before_what_is_added(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "base", "w") as tar:
        entry = tarfile.TarInfo("etc/passwd")
        entry.size = 4
        tar.addfile(entry, io.BytesIO(b"root"))
    archive.write_layer(tmp_path / "layer", {"bin/a": "b"}, base=tmp_path / "base")
    with tarfile.open(tmp_path / "layer") as tar:
        assert tar.getnames() == ["etc/passwd", "bin/a"]
        assert tar.extractfile("etc/passwd").read() == b"root"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("given", "full"),
    [
        ("iris", "docker.io/library/iris:latest"),
        ("iris:0.1", "docker.io/library/iris:0.1"),
        ("someone/iris:0.1", "docker.io/someone/iris:0.1"),
        ("localhost/iris:0.1", "localhost/iris:0.1"),
        ("localhost:5000/iris", "localhost:5000/iris:latest"),
        ("registry.example/team/iris:1", "registry.example/team/iris:1"),
    ],
)
def test_name_in_the_node_is_the_one_that_kubernetes_looks_up(given: str, full: str) -> None:
    assert transfer.full_name(given) == full


BASE, OWN = b"base layer" * 100, b"own layer" * 100


def saved(path: Path, layers: list[tuple[str, bytes]]) -> bytes:
    """An archive as `podman save` and `docker save` write it; returns the image's configuration."""
    plain = [gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content for _, content in layers]
    diff_ids = [f"sha256:{hashlib.sha256(content).hexdigest()}" for content in plain]
    config = json.dumps({"rootfs": {"type": "layers", "diff_ids": diff_ids}}).encode()
    described = [{"Config": "config.json", "RepoTags": ["localhost/iris:1"], "Layers": [name for name, _ in layers]}]
    with tarfile.open(path, "w") as tar:
        for name, content in [*layers, ("config.json", config), ("manifest.json", json.dumps(described).encode())]:
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    return config


@pytest.mark.parametrize("compressed", [False, True], ids=["as podman saves", "as docker's containerd store saves"])
def test_layers_that_are_there_already_stay_behind(compressed: bool, programs: Write, tmp_path: Path) -> None:
    contents = [gzip.compress(content) if compressed else content for content in (BASE, OWN)]
    config = saved(tmp_path / "saved.tar", [(f"{number}.tar", content) for number, content in enumerate(contents)])
    # podman save --output FILE IMAGE
    programs("podman", f'cp "{tmp_path}/saved.tar" "$3"')
    digests = [f"sha256:{hashlib.sha256(content).hexdigest()}" for content in contents]
    stream = io.BytesIO()
    transfer.pack(Engine("podman"), ["iris:1"], tmp_path, stream, present={digests[0]})
    files = read(stream.getvalue())
    manifest = manifests(files)["docker.io/library/iris:1"]
    assert [item["digest"] for item in manifest["layers"]] == digests
    assert [item["size"] for item in manifest["layers"]] == [len(content) for content in contents]
    assert {item["mediaType"] for item in manifest["layers"]} == {archive.LAYER + ("+gzip" if compressed else "")}
    assert blob(files, digests[1]) == contents[1]
    assert f"blobs/{digests[0].replace(':', '/')}" not in files
    assert blob(files, manifest["config"]["digest"]) == config
