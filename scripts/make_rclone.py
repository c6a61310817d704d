"""Builds rclone from its Go module, with the parts that scripts/rclone.go names, and copies the program to a folder.

PYTHONPATH=REPOSITORY python3 scripts/make_rclone.py FOLDER
The module carries the checksums of everything it needs (go.sum); its own is checked by the Go checksum database.
rclone is under the MIT license.
"""
import sys
from pathlib import Path

from made import put

from airgap import archive, golang
from airgap.cache import key_of

VERSION = "v1.76.0"
MODULE = f"github.com/rclone/rclone@{VERSION}"
PARTS = Path(__file__).parent / "rclone.go"


def build(folder: Path) -> None:
    """Put the program `rclone` into an empty folder. Raises AirgapError."""
    golang.build(
        MODULE,
        "lesson",
        folder / "rclone",
        shown=f"rclone {VERSION[1:]}",
        seconds=80.0,
        since=(1, 26),
        own=PARTS,
        flags=f"-X github.com/rclone/rclone/fs.Version={VERSION}",
    )


if __name__ == "__main__":
    sys.exit(put("rclone", key_of(MODULE, archive.architecture(), PARTS), build, Path(sys.argv[1])))
