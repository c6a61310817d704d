"""The image with Python 3.11 that other images are built on."""

from __future__ import annotations

from airgap import debian, process, progress, publisher, versions
from airgap.archive import architecture
from airgap.cache import key_of, locked
from airgap.engine import OWN, Engine
from airgap.places import SOURCES

# Measured on two cores, in seconds.
ROOT_SECONDS = 30.0
PULL_SECONDS = 20.0


def reference() -> str:
    """The name of the image as we build it, which changes with what goes into it."""
    return f"{OWN}/python:{versions.PYTHON}-{key_of(versions.DEBIAN, architecture(), SOURCES / 'python')}"


def ensure(engine: Engine) -> str:
    """The reference of an image that is now in the engine's store."""
    own = reference()
    for image in (own, versions.PYTHON_SLIM):
        if engine.image_id(image):
            progress.say(f"base: {image}, already in {engine.name}'s store")
            return image
    with locked("base", key_of(own)):
        if engine.image_id(own):
            return own
        if pulled(engine, versions.PYTHON_SLIM, "base"):
            return versions.PYTHON_SLIM
        root = debian.root("python", ROOT_SECONDS)
        detail = f"putting Python {versions.PYTHON} of Debian into {engine.name}'s store"
        with progress.phase("base", detail, 5.0), root.open("rb") as stream:
            engine.import_root(stream, own, "ENV LANG=C.UTF-8", 'CMD ["python3"]')
    return own


def pulled(engine: Engine, image: str, phase: str) -> bool:
    """Pull from the publisher's registry where one can be reached, and say why not otherwise."""
    if not publisher.registry_reachable():
        name = image.split("@")[0]
        progress.say(f"{phase}: no container registry can be reached, so {name}'s like is built from packages")
        return False
    try:
        with progress.phase(phase, f"pulling {image}", PULL_SECONDS):
            engine.run("pull", "--quiet", image)
    except process.ChildFailed as error:
        progress.say(f"{phase}: {error}; its like is built from packages")
        return False
    return True
