"""Lessons that are open at the same time share this machine's ports: which one has led a port elsewhere?

scripts/port-forward.sh writes down in LESSON_PORTS who has which; scripts/env.sh says where that is.
"""
import os
import subprocess
from pathlib import Path


def other_lesson(port: str) -> str:
    """What another lesson leads the port to, as a clause; empty when none does."""
    noted = Path(os.environ["LESSON_PORTS"], f"{port}.pid")
    own = Path(os.environ["LESSON_DIR"], ".state", f"port-forward-{port}.pid")
    try:
        holder = noted.read_text().strip()
        if own.exists() and own.read_text().strip() == holder:
            return ""
        named = subprocess.run(["ps", "-p", holder, "-o", "args="], capture_output=True, text=True, check=False).stdout
        return noted.with_suffix(".target").read_text().strip() if "port-forward.sh" in named else ""
    except OSError:
        return ""


def own_target(port: str) -> str:
    """NAMESPACE/SERVICE that this lesson leads the port to; empty where scripts/port-forward.sh did not open it."""
    pid_file = Path(os.environ["LESSON_DIR"], ".state", f"port-forward-{port}.pid")
    try:
        os.kill(int(pid_file.read_text()), 0)
        return pid_file.with_name(f"{pid_file.name}.target").read_text().strip().rpartition(":")[0]
    except (OSError, ValueError):
        return ""
