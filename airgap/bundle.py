"""One file with everything that was fetched or built, so that one machine can prepare for thirty.

A bundle is a tar archive: ``bundle.json`` first, then ``artefacts/`` (tools), ``images.tar`` (as the engine saves
images), and ``include/`` (folders of the cache that the caller named, put back at the same place in another cache).
"""

from __future__ import annotations

import json
import os
import shutil
import tarfile
import uuid
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from airgap import base, node, places, progress, resources, tools
from airgap.archive import architecture, extract
from airgap.cache import key_of, locked, workspace
from airgap.engine import Engine
from airgap.errors import AirgapError

FORMAT = 1
# Images hold much that shrinks, and a stick takes longer to write than a processor to compress a little.
_LEVEL = 1


def write(engine: Engine, target: Path, preload: Sequence[str], images: Sequence[str], include: Sequence[Path]) -> None:
    """Write the bundle ``target``: tools, node image with ``preload``, base image, ``images``, ``include`` folders."""
    inside = [_inside_cache(path) for path in include]
    fetched = [tools.fetched(name) for name in tools.NAMES]
    wanted = list(dict.fromkeys([node.ensure(engine, preload), base.ensure(engine), *preload, *images]))
    identities = {image: _identity(engine, image) for image in wanted}
    description = {
        "format": FORMAT,
        "id": uuid.uuid4().hex,
        "system": os.uname().sysname,
        "architecture": architecture(),
        "images": identities,
    }
    key = key_of(str(target))
    resources.need_disk(places.cache(), resources.ENGINE_DISK, "writing a bundle")
    with locked("bundle", key), workspace("bundle", key) as folder, progress.phase("bundle", f"writing {target}", 60.0):
        saved, note, aside = folder / "images.tar", folder / "bundle.json", target.with_name(f"{target.name}.partial")
        # Podman has to be told that one archive shall hold several images; Docker needs no telling.
        several = ["--multi-image-archive"] if engine.name == "podman" else []
        engine.run("save", *several, "--output", saved, *wanted)
        note.write_text(json.dumps(description, indent=1))
        with tarfile.open(aside, "w:gz", compresslevel=_LEVEL) as tar:
            tar.add(note, note.name)
            for artefact in fetched:
                tar.add(artefact, f"artefacts/{artefact.name}")
            for path in inside:
                tar.add(places.cache_home() / path, f"include/{path}")
            tar.add(saved, saved.name)
        aside.rename(target)


def _inside_cache(path: Path) -> Path:
    try:
        relative = path.resolve(strict=True).relative_to(places.cache_home().resolve())
    except FileNotFoundError:
        raise AirgapError(f"--include {path}: there is no such file or folder") from None
    except ValueError:
        raise AirgapError(
            f"--include {path} is outside the cache {places.cache_home()}, so a bundle would not know where to put it: "
            "name something inside the cache"
        ) from None
    return relative


def _identity(engine: Engine, image: str) -> str:
    identity = engine.image_id(image)
    if identity is None:
        raise AirgapError(f"{image} is not in {engine.name}'s store: build it, then write the bundle")
    return identity


def unpack(file: Path) -> None:
    """Put what a bundle holds, images aside, into this host's cache; done already, it costs a look at a few bytes."""
    description = _description(file)
    done = _place(description)
    if done.exists():
        return
    with locked("unpack", description["id"]):
        if done.exists():
            return
        with workspace("unpack", description["id"]) as folder, progress.phase("bundle", f"unpacking {file}", 30.0):
            with _read(file):
                extract(file, folder)
            for artefact in (folder / "artefacts").iterdir():
                _move(artefact, places.cache() / "artefacts" / artefact.name)
            for path in sorted((folder / "include").glob("**/*")) if (folder / "include").exists() else []:
                if not path.is_dir() or path.is_symlink():
                    _move(path, places.cache_home() / path.relative_to(folder / "include"))
            for name in ("artefacts", "include"):
                shutil.rmtree(folder / name, ignore_errors=True)
            done.parent.mkdir(parents=True, exist_ok=True)
            folder.rename(done)


def load_images(engine: Engine, file: Path) -> None:
    """Put the images of an unpacked bundle into the engine's store, unless they are there."""
    description = _description(file)
    missing = [image for image, identity in description["images"].items() if engine.image_id(image) != identity]
    if not missing:
        return
    with (
        locked("unpack", description["id"]),
        progress.phase("bundle", f"putting {len(description['images'])} images into {engine.name}'s store", 30.0),
    ):
        engine.run("load", "--input", _place(description) / "images.tar")


def _place(description: dict[str, Any]) -> Path:
    return places.cache() / "bundles" / str(description["id"])


def _move(source: Path, target: Path) -> None:
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        source.rename(target)


@contextmanager
def _read(file: Path) -> Iterator[None]:
    """Turn what a torn or foreign file leads to into one sentence."""
    try:
        yield
    except (OSError, EOFError, zlib.error, tarfile.TarError, ValueError) as error:
        raise AirgapError(f"{file} cannot be read as a bundle ({error}): copy it again, or unset BUNDLE") from error


def _description(file: Path) -> dict[str, Any]:
    with _read(file), tarfile.open(file) as tar:
        first = tar.next()
        content = tar.extractfile(first) if first and first.name == "bundle.json" else None
        description = json.load(content) if content else {}
    if description.get("format") != FORMAT:
        raise AirgapError(f"{file} is not a bundle of this version: write it again with  python3 -m airgap bundle")
    made_for = (description["system"], description["architecture"])
    if made_for != (os.uname().sysname, architecture()):
        raise AirgapError(
            f"{file} was made on {' '.join(made_for)} and this is {os.uname().sysname} {architecture()}: "
            "write one on a machine of this kind"
        )
    return dict(description)
