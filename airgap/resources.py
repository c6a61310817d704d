"""Room on disks and in memory, looked at before long work instead of after it has failed.

The amounts were measured while the work ran (see each constant) and rounded up by about a quarter.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from airgap.errors import AirgapError

GB = 10**9

# Go's caches 4.3 GB, binaries and root file systems 1.1 GB, once the node image is built from source.
SOURCE_BUILD_DISK = 7 * GB
# The engine's store: node image 0.6 GB, base 0.15 GB, two images on it 0.6 GB, twice while they are being made.
ENGINE_DISK = 4 * GB
# Any one artefact while it is made; the largest, the node's root file system, takes 0.6 GB until it is packed.
ARTEFACT_DISK = 0.8 * GB
# The linker's 2.7 GB.
SOURCE_BUILD_MEMORY = 3.5 * GB


def need_disk(
    place: Path, amount: float, purpose: str, elsewhere: str = "or name another place in XDG_CACHE_HOME"
) -> None:
    """Raise AirgapError when the file system that ``place`` is, or will be, on has less free than ``amount`` bytes."""
    existing = next(path for path in (place, *place.parents) if path.exists())
    free = shutil.disk_usage(existing).free
    if free < amount:
        raise AirgapError(
            f"{purpose} takes {amount / GB:.1f} GB of disk and {existing} has {free / GB:.1f} GB left: "
            f"make room there, {elsewhere}, and run the same command again"
        )


def need_memory(amount: float, purpose: str, meminfo: Path = Path("/proc/meminfo")) -> None:
    """Raise AirgapError when less than ``amount`` bytes of memory are free; hosts that do not tell pass."""
    available = _available(meminfo)
    if available is not None and available < amount:
        raise AirgapError(
            f"{purpose} takes {amount / GB:.1f} GB of memory and {available / GB:.1f} GB are free: "
            "close other programs, and run the same command again"
        )


def _available(meminfo: Path) -> int | None:
    if not meminfo.exists():
        return None
    for line in meminfo.read_text().splitlines():
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) * 1024
    return None
