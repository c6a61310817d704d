"""Images on their way from the engine's store into a node's.

An engine saves an image whole. The node often has most of its layers already, and a layer it has need not travel: what
is saved is written again as an OCI archive that describes all layers and carries those that are missing.
"""

from __future__ import annotations

import hashlib
import json
import os
import tarfile
import threading
from collections.abc import Collection
from pathlib import Path
from typing import IO, Any

from airgap import archive, process, progress
from airgap.cache import key_of, locked, workspace
from airgap.engine import Engine
from airgap.errors import AirgapError

_COMPRESSIONS = {b"\x1f\x8b": "+gzip", b"\x28\xb5": "+zstd"}
IMPORT = ("ctr", "--namespace", "k8s.io", "images", "import")


def full_name(image: str) -> str:
    """The name under which Kubernetes looks an image up: ``iris:1`` is ``docker.io/library/iris:1``."""
    first, slash, _ = image.partition("/")
    if not slash:
        image = f"docker.io/library/{image}"
    elif "." not in first and ":" not in first and first != "localhost":
        image = f"docker.io/{image}"
    return image if ":" in image.rsplit("/", 1)[-1] or "@" in image else f"{image}:latest"


def pack(
    engine: Engine, images: Collection[str], folder: Path, stream: IO[bytes], present: Collection[str] = ()
) -> None:
    """Write an OCI archive of images of the engine to ``stream``, without the blobs whose digests are ``present``."""
    writer = archive.ArchiveWriter(stream)
    for number, image in enumerate(images):
        saved = folder / f"{number}.tar"
        try:
            engine.run("save", "--output", saved, image)
        except process.ChildFailed as error:
            raise AirgapError(
                f"{image} could not be taken from {engine.name}'s store: {error}; "
                f"see whether it is there with  {engine.name} images  and build it again if not"
            ) from error
        with tarfile.open(saved) as tar:
            _repack(tar, full_name(image), writer, present)
        saved.unlink()
    writer.finish()


def _repack(tar: tarfile.TarFile, name: str, writer: archive.ArchiveWriter, present: Collection[str]) -> None:
    (described,) = json.loads(_member(tar, "manifest.json").read())
    config = _member(tar, described["Config"]).read()
    layers = []
    for diff_id, path in zip(json.loads(config)["rootfs"]["diff_ids"], described["Layers"], strict=True):
        content = _member(tar, path)
        compression = _COMPRESSIONS.get(content.read(2), "")
        digest = _digest(content) if compression else diff_id
        size = content.seek(0, os.SEEK_END)
        content.seek(0)
        if digest not in present:
            writer.add_blob(digest, size, content)
        layers.append({"mediaType": archive.LAYER + compression, "digest": digest, "size": size})
    writer.add_image([name], config, layers)


def _member(tar: tarfile.TarFile, name: str) -> IO[bytes]:
    content = tar.extractfile(name)
    if content is None:
        raise AirgapError(f"the engine saved an archive in which {name} is not a file; update the engine and try again")
    return content


def _digest(content: IO[bytes]) -> str:
    content.seek(0)
    return f"sha256:{hashlib.file_digest(content, 'sha256').hexdigest()}"  # type: ignore[arg-type]


def load(engine: Engine, images: Collection[str], cluster: str) -> None:
    """Put images of the engine's store into every node of a kind cluster."""
    label = f"label=io.x-k8s.kind.cluster={cluster}"
    nodes = engine.run("ps", "--filter", label, "--format", "{{.Names}}").split()
    if not nodes:
        raise AirgapError(f"no node of a cluster named {cluster} runs: see  kind get clusters  and create it first")
    for image in images:
        if engine.image_id(image) is None:
            raise AirgapError(f"{image} is not in {engine.name}'s store: build it first, or see  {engine.name} images")
    key = key_of(cluster)
    with locked("load", key), workspace("load", key) as folder:
        for node in nodes:
            with progress.phase("load", f"{', '.join(images)} into {node}", 10.0):
                _send(engine, images, node, folder)


def _send(engine: Engine, images: Collection[str], node: str, folder: Path) -> None:
    present = set(engine.run("exec", node, "ctr", "--namespace", "k8s.io", "content", "ls", "--quiet").split())
    reading, writing = os.pipe()
    failures: list[Exception] = []

    def write() -> None:
        with os.fdopen(writing, "wb") as stream:
            try:
                pack(engine, images, folder, stream, present)
            except (AirgapError, OSError) as error:
                failures.append(error)

    sender = threading.Thread(target=write)
    sender.start()
    try:
        with os.fdopen(reading, "rb") as stream:
            engine.run("exec", "--interactive", node, *IMPORT, "-", stdin=stream)
    except process.ChildFailed as error:
        sender.join()
        # A writer that gave up is the cause, the importer's complaint about half an archive the consequence.
        cause: Any = next((failure for failure in failures if isinstance(failure, AirgapError)), None)
        raise cause or AirgapError(
            f"{node} did not take {', '.join(images)}: {error}; see whether the node lives with  {engine.name} ps"
        ) from error
    sender.join()
