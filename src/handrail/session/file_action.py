"""Write what a "file" block holds into the lesson's files."""

from __future__ import annotations

from pathlib import PurePosixPath

from handrail.errors import SessionError
from handrail.markdown.api import Block, MarkerMissing, apply_file_action
from handrail.runtime.host import Runtime


def write_file(runtime: Runtime, editor_root: str, block: Block) -> None:
    """Replace, append or insert as the block says. Raises SessionError."""
    path = str(PurePosixPath(editor_root) / (block.filename or ""))
    try:
        runtime.write_file(path, apply_file_action(runtime.read_file(path) or "", block))
    except MarkerMissing as error:
        raise SessionError(str(error)) from None
    except OSError as error:
        reason = error.strerror or str(error)
        raise SessionError(f"{block.filename} cannot be written: {reason}.") from None
