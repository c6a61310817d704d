"""An image that is in the engine's store already: what to offer where the wanted one cannot be fetched."""

from __future__ import annotations

from collections.abc import Iterable

from handrail.runtime.engine import Engine, EngineError
from handrail.runtime.image_table import known_images

NEW_BASH = "((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] >= 501))"
_MANIFOLD = {"node"}  # a language, and elsewhere a machine of a cluster
_FORMAT = "{{.Repository}}:{{.Tag}}"


async def likely_image(engine: Engine) -> str | None:
    """An image here that is called like one of the table, and has bash 5.1; None without.

    Other images are not tried: nobody knows what they do when they are started. The table's order decides: systems
    come before languages.
    """
    try:
        listed = await engine.run("images", "--format", _FORMAT)
    except EngineError:
        return None
    for image in by_likelihood(listed.splitlines()):
        if await _has_new_bash(engine, image):
            return image
    return None


def by_likelihood(images: Iterable[str]) -> list[str]:
    """Those that are called like an image of the table, in its order."""
    names = [name for name in dict.fromkeys(map(_last_name, known_images())) if name not in _MANIFOLD]
    alike = [image for image in images if _last_name(image) in names and "<none>" not in image]
    return sorted(alike, key=lambda image: names.index(_last_name(image)))


async def _has_new_bash(engine: Engine, image: str) -> bool:
    return await engine.succeeds("run", "--rm", "--network=none", image, "bash", "-c", NEW_BASH)


def _last_name(image: str) -> str:
    """`python` of `docker.io/library/python:3.12`."""
    return image.rpartition("/")[2].partition(":")[0]
