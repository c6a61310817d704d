"""What is kept of lessons and courses, read without opening any."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

from handrail.runtime.folders import state_folder


def load_object(path: Path) -> dict[str, Any]:
    """The object in a file of ours; empty when there is none, or when it is no longer readable."""
    try:
        saved = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return saved if isinstance(saved, dict) else {}


def saved_progress(workspace: Path) -> tuple[dict[str, Any], float]:
    """What was saved last in a workspace, open or not, and when, in Unix time; ({}, 0.0) for nothing."""
    file = workspace / "progress.json"
    try:
        return load_object(file), file.stat().st_mtime
    except OSError:
        return {}, 0.0


def course_path(root: Path) -> Path:
    """Where the player of the course in `root`, a real path, keeps its own; each lesson has a workspace besides."""
    digest = hashlib.sha256(os.fsencode(root)).hexdigest()[:8]
    return state_folder() / f"{root.name or 'course'}-{digest}-course"
