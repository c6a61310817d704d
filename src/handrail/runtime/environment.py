"""The environment of a lesson's shells, checks and background scripts."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from handrail.runtime.folders import base_folder

# Settings of the shell, the Python or the make that handrail itself was started from. A lesson must not see them.
_NOT_FOR_A_LESSON = (
    "PROMPT_COMMAND", "PS0", "PS1", "PS2", "HISTFILE", "BASH_ENV", "ENV", "OLDPWD", "PWD", "SHLVL", "KUBECONFIG",
    "VIRTUAL_ENV", "VIRTUAL_ENV_PROMPT", "PYTHONHOME", "PYTHONPATH", "PYTHONSTARTUP", "MAKEFLAGS", "MFLAGS",
    "MAKELEVEL", "HANDRAIL_MARK", "VERIFICATION_FAILURE_REASON",
)  # fmt: skip


def lesson_environment(
    outer: Mapping[str, str], *, workspace: Path, scenario: Path, prefix: str = sys.prefix
) -> dict[str, str]:
    """What a lesson inherits from `outer`, with a home of its own.

    `prefix`: handrail's own virtual environment; its commands are taken out of PATH.
    """
    env = {name: value for name, value in outer.items() if name not in _NOT_FOR_A_LESSON}
    real_home = outer.get("HANDRAIL_HOST_HOME") or outer.get("HOME") or str(Path.home())
    env["HANDRAIL_HOST_HOME"] = real_home
    env["XDG_CACHE_HOME"] = str(base_folder("XDG_CACHE_HOME", ".cache", outer, Path(real_home)))
    env["HOME"] = str(workspace / "home")
    env["SCENARIO_DIR"] = str(scenario)
    env["HANDRAIL_WORKSPACE"] = str(workspace)
    env["TERM"] = "xterm-256color"
    env["PATH"] = _path(outer, workspace / "bin", prefix)
    if not any(outer.get(name) for name in ("LC_ALL", "LC_CTYPE", "LANG")):
        env["LANG"] = "C.UTF-8"
    return env


def _path(outer: Mapping[str, str], shims: Path, prefix: str) -> str:
    left_out = {os.path.join(prefix, "bin")} if prefix != sys.base_prefix else set()
    if "HANDRAIL_WORKSPACE" in outer:  # handrail in a lesson: the outer lesson's shims are not for the inner one
        left_out.add(os.path.join(outer["HANDRAIL_WORKSPACE"], "bin"))
    parts = (outer.get("PATH") or os.defpath).split(os.pathsep)
    return os.pathsep.join([str(shims), *(part for part in parts if part and part not in left_out)])
