"""Puts what a lesson builds once for a machine, and then keeps, into a folder of the learner's.

Used by the scripts of lessons, with PYTHONPATH=REPOSITORY.
"""
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from airgap.cache import artefact
from airgap.errors import AirgapError


def put(name: str, key: str, build: Callable[[Path], None], target: Path) -> int:
    """Copy all that `build(empty folder)` made, now or earlier, into `target`; the exit status, an error being said."""
    try:
        whole = artefact(name, key, build)
    except AirgapError as error:
        print(f"{name}: {error}", file=sys.stderr)
        return 1
    shutil.copytree(whole, target, dirs_exist_ok=True)
    return 0
