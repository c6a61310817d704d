"""Which container image stands for a scenario's `backend.imageid`.

The platforms' machines are not published; what is here are their nearest public relatives. The user's own table,
`handrail/images.json` in the configuration folder, comes first: {"ubuntu*": "registry.example/ubuntu:24.04"}.
"""

from __future__ import annotations

import fnmatch
import json
from pathlib import Path

from handrail.errors import SessionError
from handrail.runtime.folders import config_folder

_DEFAULTS = {
    "ubuntu*": "docker.io/library/ubuntu:24.04",
    "bash*": "docker.io/library/ubuntu:24.04",
    "linux*": "docker.io/library/ubuntu:24.04",
    "terminal*": "docker.io/library/ubuntu:24.04",
    "debian*": "docker.io/library/debian:12",
    "python*": "docker.io/library/python:3.12",
    "nodejs*": "docker.io/library/node:22",
    "golang*": "docker.io/library/golang:1.24",
    "java*": "docker.io/library/eclipse-temurin:21",
}


class NoImage(SessionError):
    """No image is known for this imageid; the text says what to do."""


def image_for(imageid: str | None) -> str:
    """The image to run; Ubuntu when the scenario names none. Raises NoImage."""
    wanted = (imageid or "ubuntu").lower()
    for pattern, image in (*_own_table().items(), *_DEFAULTS.items()):
        if fnmatch.fnmatchcase(wanted, pattern.lower()):
            return image
    raise NoImage(
        f"no container image is known for the imageid {imageid} (a cluster or a Docker host does not fit in a plain "
        f'container): pass --image IMAGE, or name one in {own_table_path()}, as in {{"{imageid}": "IMAGE"}}.'
    )


def known_images() -> list[str]:
    """Every image of the table that handrail brings."""
    return list(dict.fromkeys(_DEFAULTS.values()))


def _own_table() -> dict[str, str]:
    try:
        table = json.loads(own_table_path().read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise NoImage(f"{own_table_path()} cannot be read ({error}): mend or remove it.") from None
    if not isinstance(table, dict):
        raise NoImage(f"{own_table_path()} is not an object of patterns and images: mend or remove it.")
    return {str(pattern): str(image) for pattern, image in table.items()}


def own_table_path() -> Path:
    """Where the user's own table is, or would be."""
    return config_folder() / "images.json"
