"""A recording: one JSON file of a folder."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """`name` is the file's stem."""

    name: str
    raw: Json

    @property
    def manifest(self) -> Json | None:
        manifest = self.raw.get("manifest")
        return manifest if isinstance(manifest, dict) and "spec" in manifest else None


def inner_cases(case: Case) -> Iterator[Case]:
    """Recordings of their own inside a recording: `spies`, and the `cases` that were accepted."""
    if isinstance(case.raw.get("spies"), dict):
        yield Case("spies", case.raw["spies"])
    for one in case.raw.get("cases") or []:
        if "kubectl" not in one:
            yield Case(one["about"], {key: value for key, value in one.items() if key != "about"})


class BadRecording(Exception):
    """A file of the folder is no recording; str() says which and why."""


def read(path: Path) -> Case:
    """Read one recording. Raises BadRecording."""
    try:
        raw = json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise BadRecording(f"{path} is no JSON: {error}") from error
    if not isinstance(raw, dict):
        raise BadRecording(f"{path} does not hold a JSON object")
    return Case(path.stem, raw)


def read_all(folder: Path) -> list[Case]:
    """Every recording of a folder, in the order of the names. Raises BadRecording."""
    paths = sorted(folder.glob("*.json"))
    if not paths:
        raise BadRecording(f"{folder} has no recordings (*.json); give the folder that has them")
    return [read(path) for path in paths]
