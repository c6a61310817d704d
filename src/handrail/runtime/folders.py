"""The user's own folders, as the XDG base directory specification names them, on every system.

On macOS too: the folder that Apple means for such files has a blank in its name, and a lesson's `~` lies in it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path


def state_folder() -> Path:
    """Where handrail keeps what must last: workspaces, approvals."""
    return base_folder("XDG_STATE_HOME", ".local/state", os.environ, Path.home()) / "handrail"


def config_folder() -> Path:
    """Where the user's own settings for handrail are."""
    return base_folder("XDG_CONFIG_HOME", ".config", os.environ, Path.home()) / "handrail"


def base_folder(variable: str, otherwise: str, environment: Mapping[str, str], home: Path) -> Path:
    """The folder that `variable` names; a relative path counts for nothing, as the specification says."""
    named = environment.get(variable, "")
    return Path(named) if os.path.isabs(named) else home / otherwise
