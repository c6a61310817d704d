"""The token and the port of one workspace's player, kept so that a restart finds the browser tab still signed in."""

import hashlib
import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from handrail.atomic_write import write_atomically

FILE = "player.json"


@dataclass(frozen=True)
class Credentials:
    """`port` is where the player last listened; None before the first time."""

    token: str
    port: int | None


def load(folder: Path) -> Credentials:
    """What the folder's file says, else a fresh token. A file that others may read is not trusted."""
    path = folder / FILE
    try:
        if path.stat().st_mode & 0o077:
            raise ValueError("readable by others")
        kept = json.loads(path.read_text(encoding="utf-8"))
        token, port = kept["token"], kept["port"]
        if isinstance(token, str) and len(token) >= 32 and isinstance(port, int):
            return Credentials(token, port)
    except (OSError, ValueError, KeyError, TypeError):
        pass
    return Credentials(secrets.token_urlsafe(32), None)


def save(folder: Path, credentials: Credentials) -> None:
    """Keeps them where nobody else may read them. Raises OSError."""
    write_atomically(folder / FILE, json.dumps(asdict(credentials)))


def lesson(folder: Path) -> str:
    """Tells one workspace's player from another's, and nothing else of it: a tab of a lesson that has ended must be
    able to find out that another one answers at its address."""
    return hashlib.sha256(b"handrail" + os.fsencode(os.path.realpath(folder))).hexdigest()[:16]


def forget(folder: Path) -> None:
    """Makes every tab sign in again."""
    (folder / FILE).unlink(missing_ok=True)
