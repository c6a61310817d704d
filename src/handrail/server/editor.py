"""The files that `open` and `file` blocks name: read, changed and saved by the block's id alone."""

from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Any

from handrail.markdown.api import Block, MarkerMissing, apply_file_action
from handrail.server.errors import RequestError
from handrail.session.session import Session

LARGEST = 512 * 1024  # characters of a file that the small editor takes


class Editor:
    """`find` gives a block by its id, or raises RequestError."""

    def __init__(self, find: Callable[[str], Block], session: Session) -> None:
        self.find = find
        self.session = session

    def read(self, block_id: str) -> dict[str, Any]:
        """The file's name and text; a file that does not exist yet is empty."""
        path = self.path(self.find(block_id))
        return {"file": PurePosixPath(path).name, "text": self.text(path)}

    def write(self, block_id: str, text: str) -> None:
        """Saves what was edited. Raises OSError."""
        self.session.runtime.write_file(self.path(self.find(block_id)), text)

    def apply(self, block_id: str) -> None:
        """Does what a `file` block says: replace, append, prepend or insert its text. Raises OSError."""
        block = self.find(block_id)
        path = self.path(block)
        if block.action != "file":
            raise RequestError(400, "This block changes no file.")
        try:
            self.session.runtime.write_file(path, apply_file_action(self.text(path), block))
        except MarkerMissing as missing:
            raise RequestError(409, str(missing)) from None

    def text(self, path: str) -> str:
        """What is in the file now."""
        name = PurePosixPath(path).name
        try:
            text = self.session.runtime.read_file(path) or ""
        except IsADirectoryError:
            raise RequestError(409, f"{name} is a folder. Look into it in the terminal instead.") from None
        except PermissionError as error:
            raise RequestError(403, f"{error}. Open it in the terminal instead.") from None
        if len(text) > LARGEST or "\0" in text or "\ufffd" in text:
            raise RequestError(415, f"{name} is too large or not a text. Look at it in the terminal instead.")
        return text

    def path(self, block: Block) -> str:
        """The lesson's path of the block's file; the place refuses what is outside the lesson's home."""
        if block.action not in ("open", "file"):
            raise RequestError(400, "This block names no file.")
        name = (block.filename or block.text).strip()
        if name.startswith("~/"):
            return name
        return str(PurePosixPath(self.session.scenario.editor_root) / name)
