"""The lesson's file that an "open" or "file" block names, and what a "file" block makes of it."""

from __future__ import annotations

from pathlib import PurePosixPath

from handrail.errors import SessionError
from handrail.markdown.api import Block, MarkerMissing, apply_file_action
from handrail.runtime.files import Files, existing_text


def path_of(editor_root: str, name: str) -> str:
    """The lesson's path of a file that a page or the index names."""
    name = name.strip()
    return name if name.startswith("~/") else str(PurePosixPath(editor_root) / name)


def write_file(files: Files, editor_root: str, block: Block) -> None:
    """Replace, append or insert as the block says. Raises SessionError."""
    path = path_of(editor_root, block.filename or "")
    try:
        files.write(path, apply_file_action(existing_text(files, path), block).encode())
    except MarkerMissing as error:
        raise SessionError(str(error)) from None
    except OSError as error:
        reason = error.strerror or str(error)
        raise SessionError(f"{block.filename} cannot be written: {reason}.") from None
