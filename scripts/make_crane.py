"""Builds crane, which puts layers on images without a container engine, and copies the program to a folder.

PYTHONPATH=REPOSITORY python3 scripts/make_crane.py FOLDER
The module carries the checksums of everything it needs (go.sum); its own is checked by the Go checksum database.
crane is under the Apache-2.0 licence.
"""
import sys
from pathlib import Path

from made import put

from airgap import archive, golang
from airgap.cache import key_of

VERSION = "v0.20.6"
MODULE = f"github.com/google/go-containerregistry@{VERSION}"


def build(folder: Path) -> None:
    """Put the program `crane` into an empty folder. Raises AirgapError."""
    golang.build(MODULE, "cmd/crane", folder / "crane", shown=f"crane {VERSION[1:]}", seconds=60.0)


if __name__ == "__main__":
    sys.exit(put("crane", key_of(MODULE, archive.architecture()), build, Path(sys.argv[1])))
