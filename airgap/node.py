"""The node image for kind: pulled from kind's publisher, or built from Kubernetes' sources and Debian's packages."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from airgap import debian, kubernetes, policies, process, progress, transfer, versions
from airgap.base import pulled
from airgap.cache import key_of, locked, workspace
from airgap.engine import OWN, Engine
from airgap.errors import AirgapError
from airgap.places import SOURCES

# Measured on two cores, in seconds.
ROOT_SECONDS = 40.0
BUILD_SECONDS = 25.0
PRELOAD_SECONDS = 20.0

# Podman 4.3 takes a RUN step from its cache whatever the files that are mounted into it: the step names what they are.
_PRELOAD = """\
FROM {node}
COPY import-images /usr/local/bin/import-images
RUN --mount=type=bind,source=images.tar,target=/mnt/images.tar : {key} && import-images /mnt/images.tar
"""


def reference() -> str:
    """The name of the node image as we build it, which changes with what goes into it."""
    key = key_of(versions.DEBIAN, SOURCES / "node", *kubernetes.inputs())
    return f"{OWN}/node:v{versions.KUBERNETES}-{key}"


def ensure(engine: Engine, preload: Sequence[str] = ()) -> str:
    """The reference of a node image, now in the engine's store, that holds the ``preload`` images in its own store."""
    for plain in (reference(), versions.KINDEST_NODE):
        image = _with_preload(engine, plain, preload)
        if engine.image_id(image):
            progress.say(f"node: {image}, already in {engine.name}'s store")
            return image
    plain = _plain(engine)
    return _preloaded(engine, plain, preload) if preload else plain


def _plain(engine: Engine) -> str:
    own = reference()
    with locked("node", key_of(own)):
        for image in (own, versions.KINDEST_NODE):
            if engine.image_id(image):
                return image
        if pulled(engine, versions.KINDEST_NODE, "node"):
            return versions.KINDEST_NODE
        _build(engine, own)
    return own


def _build(engine: Engine, image: str) -> None:
    # The long build and the packages have little to do with each other: one computes, the other waits for the network.
    with ThreadPoolExecutor() as pool:
        root, images = pool.submit(debian.root, "node", ROOT_SECONDS), pool.submit(kubernetes.images)
        # The images wait for it last: it is built beside Kubernetes, whose linker leaves a core idle.
        pool.submit(policies.program)
        parts = {"root.tar": root.result(), "images.tar": images.result(), "kubernetes": kubernetes.binary()}
    key = key_of(image)
    with workspace("node", key) as context, progress.phase("node", "building the node image", BUILD_SECONDS):
        shutil.copytree(SOURCES / "node", context, dirs_exist_ok=True)
        for name, path in parts.items():
            os.link(path, context / name)
        options = ("--build-arg", f"KUBERNETES_VERSION=v{versions.KUBERNETES}", "--build-arg", f"INPUTS={key}")
        _run_build(engine, context, image, key, *options)


def _with_preload(engine: Engine, plain: str, preload: Sequence[str]) -> str:
    if not preload:
        return plain
    identities = []
    for image in sorted(preload):
        identity = engine.image_id(image)
        if identity is None:
            raise AirgapError(f"{image} is not in {engine.name}'s store, so no node can hold it: build it first")
        identities += [image, identity]
    return f"{OWN}/node:v{versions.KUBERNETES}-with-{key_of(plain, *identities, SOURCES / 'node' / 'files')}"


def _preloaded(engine: Engine, plain: str, preload: Sequence[str]) -> str:
    image = _with_preload(engine, plain, preload)
    key = key_of(image)
    with locked("node", key):
        if engine.image_id(image):
            return image
        detail = f"putting {', '.join(preload)} into the node image"
        with workspace("node", key) as context, progress.phase("node", detail, PRELOAD_SECONDS):
            (context / "Containerfile").write_text(_PRELOAD.format(node=plain, key=key))
            shutil.copy2(SOURCES / "node" / "files" / "usr" / "local" / "bin" / "import-images", context)
            with (context / "images.tar").open("wb") as stream:
                transfer.pack(engine, preload, context, stream)
            _run_build(engine, context, image, key)
    return image


def _run_build(engine: Engine, context: Path, image: str, key: str, *options: str) -> None:
    try:
        engine.build(context, image, key, "--file", context / "Containerfile", *options, log="node-image")
    except process.ChildFailed as error:
        raise AirgapError(f"the node image could not be built: {error}; run the same command again") from error
