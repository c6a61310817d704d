"""OCI image archives, written and rewritten with the standard library.

What is written here is read by `ctr images import` and by `podman load`. Layers are uncompressed, so a layer's digest
is also its diff id: no time goes into compressing what a local copy expands again a second later.
"""

from __future__ import annotations

import hashlib
import io
import json
import platform
import tarfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

LAYER = "application/vnd.oci.image.layer.v1.tar"
CONFIG = "application/vnd.oci.image.config.v1+json"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"
# containerd stores an image under this name, whatever the archive's file is called.
NAME = "io.containerd.image.name"

_BLOCK = 1 << 20
_ARCHITECTURES = {"x86_64": "amd64", "amd64": "amd64", "aarch64": "arm64", "arm64": "arm64"}


def architecture() -> str:
    """This machine's processor in the words of Go and of container images, such as ``amd64``."""
    machine = platform.machine().lower()
    return _ARCHITECTURES.get(machine, machine)


@dataclass(frozen=True)
class Layer:
    """An uncompressed layer on disk; ``digest`` is ``sha256:…``, ``size`` is in bytes."""

    path: Path
    digest: str
    size: int

    @classmethod
    def of(cls, path: Path) -> Layer:
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        return cls(path, f"sha256:{digest}", path.stat().st_size)


@dataclass(frozen=True)
class Image:
    """An image to write: full names, layers from the bottom up, and what its containers run."""

    names: tuple[str, ...]
    layers: tuple[Layer, ...]
    entrypoint: tuple[str, ...] = ()


def write_images(stream: IO[bytes], images: Iterable[Image]) -> None:
    """Write one OCI archive that holds all images; layers that they share are written once."""
    writer = ArchiveWriter(stream)
    for image in images:
        for layer in image.layers:
            with layer.path.open("rb") as content:
                writer.add_blob(layer.digest, layer.size, content)
        config = {
            "architecture": architecture(),
            "os": "linux",
            "config": {"Entrypoint": list(image.entrypoint)} if image.entrypoint else {},
            "rootfs": {"type": "layers", "diff_ids": [layer.digest for layer in image.layers]},
        }
        layers = [{"mediaType": LAYER, "digest": item.digest, "size": item.size} for item in image.layers]
        writer.add_image(image.names, json.dumps(config).encode(), layers)
    writer.finish()


class ArchiveWriter:
    """Writes an OCI archive to a stream that need not be seekable."""

    def __init__(self, stream: IO[bytes]) -> None:
        # Left at its 16 and 10 kB, the standard library spends longer on copying than the disk on reading.
        self._tar = tarfile.open(fileobj=stream, mode="w|", bufsize=_BLOCK, format=tarfile.PAX_FORMAT)  # noqa: SIM115
        self._tar.copybufsize = _BLOCK  # type: ignore[attr-defined]
        self._written: set[str] = set()
        self._manifests: list[dict[str, Any]] = []
        self._add_file("oci-layout", b'{"imageLayoutVersion": "1.0.0"}')

    def add_blob(self, digest: str, size: int, content: IO[bytes]) -> None:
        if digest in self._written:
            return
        self._written.add(digest)
        entry = tarfile.TarInfo(f"blobs/{digest.replace(':', '/')}")
        entry.size = size
        self._tar.addfile(entry, content)

    def add_image(self, names: Iterable[str], config: bytes, layers: list[dict[str, Any]]) -> None:
        """Add the manifest of an image; its layers may be added, or be known to the reader already."""
        manifest = {
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": self._add_bytes(config, CONFIG),
            "layers": layers,
        }
        descriptor = self._add_bytes(json.dumps(manifest).encode(), MANIFEST)
        self._manifests += [{**descriptor, "annotations": {NAME: name}} for name in names]

    def finish(self) -> None:
        index = {"schemaVersion": 2, "mediaType": INDEX, "manifests": self._manifests}
        self._add_file("index.json", json.dumps(index).encode())
        self._tar.close()

    def _add_bytes(self, content: bytes, media_type: str) -> dict[str, Any]:
        digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
        self.add_blob(digest, len(content), io.BytesIO(content))
        return {"mediaType": media_type, "digest": digest, "size": len(content)}

    def _add_file(self, name: str, content: bytes) -> None:
        entry = tarfile.TarInfo(name)
        entry.size = len(content)
        self._tar.addfile(entry, io.BytesIO(content))


def extract(path: Path, folder: Path) -> None:
    """Unpack a tar archive, refusing, where this Python knows how, members that would leave the folder."""
    with tarfile.open(path) as tar:
        # Debian 12 has Python 3.11.2, which is older than the filters.
        tar.extraction_filter = getattr(tarfile, "tar_filter", lambda member, place: member)
        tar.extractall(folder)


def write_layer(path: Path, files: Mapping[str, Path | str], base: Path | None = None) -> Layer:
    """Write a layer of executables (a ``Path``: its content) and symbolic links (a ``str``: where it points).

    ``base`` is a tar archive whose members come first. Times and owners are fixed, so equal inputs make equal layers.
    """
    with tarfile.open(path, "w", format=tarfile.PAX_FORMAT) as tar:
        if base is not None:
            with tarfile.open(base) as source:
                for member in source:
                    tar.addfile(member, source.extractfile(member) if member.isreg() else None)
        for name, content in sorted(files.items()):
            entry = tarfile.TarInfo(name)
            entry.mode = 0o755
            if isinstance(content, str):
                entry.type, entry.linkname = tarfile.SYMTYPE, content
                tar.addfile(entry)
                continue
            entry.size = content.stat().st_size
            with content.open("rb") as stream:
                tar.addfile(entry, stream)
    return Layer.of(path)
