"""Where things lie on this host, and whose settings the programs we start shall find."""

from __future__ import annotations

import os
from pathlib import Path

SOURCES = Path(__file__).parent / "sources"


def host_home() -> Path:
    """The user's real home folder, also when a lesson has given its shell another one."""
    return Path(os.environ.get("HANDRAIL_HOST_HOME") or Path.home())


def cache_home() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or host_home() / ".cache").absolute()


def cache() -> Path:
    return cache_home() / "handrail-airgap"
