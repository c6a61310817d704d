"""The files that `open` and `file` blocks name: read, changed and saved by the block's id alone."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from handrail.markdown import Block, MarkerMissing, apply_file_action
from handrail.server.refusal import Refusal

LARGEST = 512 * 1024  # bytes of a file the small editor takes


class Editor:
    """`find` gives a block by its id (or raises Refusal), `root` the folder that file names are relative to."""

    def __init__(self, find: Callable[[str], Block], root: Callable[[], Path]) -> None:
        self.find = find
        self.root = root

    def read(self, block_id: str) -> dict[str, Any]:
        """The file's name and text; a file that does not exist yet is empty."""
        path, name = self.path(block_id)
        return {"file": name, "text": self.text(path, name)}

    def write(self, block_id: str, text: str) -> None:
        """Saves what was edited. Raises OSError."""
        path, _ = self.path(block_id)
        replace(path, text)

    def apply(self, block_id: str) -> None:
        """Does what a `file` block says: replace, append, prepend or insert its text."""
        block = self.find(block_id)
        path, name = self.path(block_id)
        if block.action != "file":
            raise Refusal(400, "This block changes no file.")
        try:
            replace(path, apply_file_action(self.text(path, name), block))
        except MarkerMissing as missing:
            raise Refusal(409, str(missing)) from None

    def text(self, path: Path, name: str) -> str:
        """What is in the file now."""
        try:
            if path.stat().st_size > LARGEST:
                raise Refusal(413, f"{name} is too large for this editor. Open it in the terminal instead.")
            return path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return ""
        except UnicodeDecodeError:
            raise Refusal(415, f"{name} is not a text file. Look at it in the terminal instead.") from None
        except IsADirectoryError:
            raise Refusal(409, f"{name} is a folder. Look into it in the terminal instead.") from None

    def path(self, block_id: str) -> tuple[Path, str]:
        """Where the block's file is, and its name as the author wrote it; never outside the lesson's home."""
        block = self.find(block_id)
        if block.action not in ("open", "file"):
            raise Refusal(400, "This block names no file.")
        name = (block.filename or block.text).strip()
        root = Path(os.path.realpath(self.root()))
        relative = name.removeprefix("/root/").removeprefix("~/")
        path = Path(os.path.realpath(root / relative))
        if not path.is_relative_to(root) or path == root:
            raise Refusal(403, f"{name} is outside the lesson's folder. Open it in the terminal instead.")
        return path, name


def replace(path: Path, text: str) -> None:
    """Writes aside and renames, so that a full disk never leaves half a file. Keeps the mode. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    mode = path.stat().st_mode & 0o777 if path.exists() else 0o644
    descriptor, aside = tempfile.mkstemp(prefix=".handrail-", dir=path.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(aside, mode)
        os.replace(aside, path)
    except OSError:
        Path(aside).unlink(missing_ok=True)
        raise
