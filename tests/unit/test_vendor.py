"""What the build hook made of the page's libraries: just the pinned releases, bundled, each with its licence."""

from __future__ import annotations

import json
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
VENDOR = ROOT / "src/handrail/server/static/vendor"
TOOLS = ("esbuild", "@esbuild/")


def served() -> dict[str, str]:
    """Release -> integrity of what the lock pins and the page is made from."""
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    return {
        f"{path.removeprefix('node_modules/')}@{entry['version']}": entry["integrity"]
        for path, entry in packages.items()
        if path and not entry.get("dev") and not entry.get("optional")
    }


def test_it_was_made_from_the_pinned_releases() -> None:
    stamp = json.loads((VENDOR / "versions.json").read_text())
    assert served().items() <= stamp.items()
    assert all(integrity.startswith("sha512-") for integrity in served().values())


def test_each_library_has_its_licence_with_it() -> None:
    names = {release.rpartition("@")[0] for release in served()}
    wanted = {name for name in names if not name.startswith(TOOLS)}
    licences = (VENDOR / "LICENSES").read_text().split("-" * 80)
    told = {text.split()[0]: text for text in licences}
    assert set(told) == wanted
    assert all("Permission is hereby granted" in text for text in told.values())


def test_the_bundle_stands_alone() -> None:
    source = (VENDOR / "codemirror.mjs").read_text()
    assert not re.search(r'\bfrom\s*"[\w@./]+"|\bimport\s*\(?"[\w@./]+"', source)
