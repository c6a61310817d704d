"""The lesson's files as the page edits them: texts with their versions, and the files that blocks name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import PurePosixPath
from typing import Any

from handrail.markdown.api import Block
from handrail.runtime.files import MOST_ENTRIES, Content, FileChanged, FileMissing, FileRefused, Files, taken
from handrail.scenario.known_keys import EDITOR_LAYOUTS
from handrail.server.errors import RequestError
from handrail.session.file_action import path_of, write_file
from handrail.session.session import Session


class Editor:
    """`find` gives a block by its id, or raises RequestError. The methods may take as long as a disk does."""

    def __init__(self, find: Callable[[str], Block], session: Session) -> None:
        self.find = find
        self.session = session

    @property
    def files(self) -> Files:
        """Those of the place that the lesson runs in."""
        return self.session.runtime.files

    def at_start(self) -> dict[str, Any]:
        """For the page's state. root: where the tree begins. files: what is open at the start. first: whether the
        author wants the editor beside the terminals from the start."""
        scenario = self.session.scenario
        root = self.shown(scenario.editor_root)
        if root.startswith("/") and self.session.runtime.keeps_state:
            root = ""  # outside the lesson's home on this machine
        opened = [self.shown(path_of(scenario.editor_root, name)) for name in scenario.files]
        return {"root": root, "files": opened, "first": scenario.layout in EDITOR_LAYOUTS or bool(opened)}

    def entries(self, folder: str) -> dict[str, Any]:
        """What is in a folder."""
        found = self.files.entries(folder)
        return {"entries": [asdict(entry) for entry in found], "isCut": len(found) >= MOST_ENTRIES}

    def read(self, path: str) -> dict[str, Any]:
        """A file's text and version."""
        content = self.files.read(path)
        return {"text": content.text(path), "version": content.version, "isWritable": content.is_writable}

    def write(self, path: str, text: bytes, version: str) -> dict[str, str]:
        """Saves a text in place of the one of this version, "" where there was none. Raises FileChanged."""
        self.files.write(path, text, version)
        return {"version": Content(text, True).version}

    def versions(self, paths: list[str]) -> dict[str, str]:
        """The version of each file now: "" when it is gone; one that cannot be read now is left out."""
        found = {}
        for path in paths:
            try:
                found[path] = self.files.read(path).version
            except FileMissing:
                found[path] = ""
            except (FileRefused, OSError):
                continue
        return found

    def make(self, path: str, kind: str) -> None:
        """A new, empty file or folder."""
        if kind == "folder":
            self.files.make_folder(path)
        else:
            try:
                self.files.write(path, b"", "")
            except FileChanged:
                raise taken(path) from None

    # Blocks

    def file_of(self, block_id: str) -> str:
        """The file that a block names."""
        block = self.find(block_id)
        if block.action not in ("open", "file"):
            raise RequestError(400, "This block names no file.")
        return self.shown(path_of(self.session.scenario.editor_root, block.filename or block.text))

    def apply(self, block_id: str) -> str:
        """Does what a `file` block says: replace, append, prepend or insert its text. Returns the file."""
        path, block = self.file_of(block_id), self.find(block_id)
        if block.action != "file":
            raise RequestError(400, "This block changes no file.")
        write_file(self.files, self.session.scenario.editor_root, block)
        return path

    def shown(self, path: str) -> str:
        """One name for each file: relative to the lesson's home, where it is below it."""
        plain = str(PurePosixPath(path))
        for home in ("~", self.session.runtime.home, "/root"):
            if plain == home:
                return ""
            if plain.startswith(home + "/"):
                return plain[len(home) + 1 :]
        return plain
