"""Files from the Python package registry, fetched by pip under the host's own settings."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

from airgap import process
from airgap.cache import artefact, key_of
from airgap.errors import AirgapError


def download(package: str, version: str, folder: Path) -> Path:
    """Download the wheel of one package, without what it depends on, and return its place. pip checks its hash."""
    before = set(folder.glob("*.whl"))
    try:
        process.run(
            [*_pip(), "download", "--quiet", "--no-input", "--no-deps", "--only-binary", ":all:",
             "--disable-pip-version-check", "--dest", folder, f"{package}=={version}"]
        )  # fmt: skip
    except process.ChildFailed as error:
        raise AirgapError(
            f"{package} {version} could not be had from your Python package index: {error}; "
            "check the connection (pip config list shows the settings) and run the same command again"
        ) from error
    return (set(folder.glob("*.whl")) - before).pop()


def _pip() -> list[str | Path]:
    if importlib.util.find_spec("pip"):
        return [sys.executable, "-m", "pip"]
    folder = artefact("pip", key_of(sys.version, sys.executable), _make_environment)
    return [folder / "bin" / "python", "-m", "pip"]


def _make_environment(folder: Path) -> None:
    try:
        process.run([sys.executable, "-m", "venv", folder])
    except process.ChildFailed as error:
        raise AirgapError(
            "this Python has neither pip nor the means to make an environment with pip: "
            "install them (Debian: apt-get install python3-venv) and run the same command again"
        ) from error
