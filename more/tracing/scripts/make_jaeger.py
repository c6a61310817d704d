"""Builds Jaeger 2 from its Go module, once for this machine, and copies the program to a folder.

PYTHONPATH=REPOSITORY python3 scripts/make_jaeger.py FOLDER
The module carries the checksums of everything it needs (go.sum); its own is checked by the Go checksum database.
"""
import sys
from pathlib import Path

from made import put

from airgap import golang
from airgap.cache import key_of

# The module's version of the release 2.13.0.
MODULE = "github.com/jaegertracing/jaeger@v1.76.0"


def build(folder: Path) -> None:
    """Put the program `jaeger` into an empty folder. Raises AirgapError."""
    golang.build(MODULE, "cmd/jaeger", folder / "jaeger", shown="Jaeger 2.13", seconds=300.0)


if __name__ == "__main__":
    sys.exit(put("jaeger", key_of(MODULE), build, Path(sys.argv[1])))
