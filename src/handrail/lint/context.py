"""What the rules look at: a scenario with its pages parsed and its scripts read, each once."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from handrail.lint.shell_syntax import Reading
from handrail.markdown.lines import Lines, unix
from handrail.markdown.parser import Parsed, parse
from handrail.problems import Problem
from handrail.scenario.assets import Listing, list_assets
from handrail.scenario.index_text import IndexText
from handrail.scenario.reader import Page, Scenario
from handrail.scenario.safe_paths import Text, UnsafePath, decode, read_bytes, text_limit


@dataclass(frozen=True)
class PageFile:
    """A Markdown file of the scenario. `path` is relative to it; `crlf` tells of Windows line ends."""

    page: Page
    path: str
    text: str = field(repr=False)
    crlf: bool
    parsed: Parsed = field(repr=False)

    @property
    def lines(self) -> Lines:
        """The text by lines, without line ends."""
        return self.parsed.lines


@dataclass(frozen=True)
class Script:
    """A script that the index names. `role`: foreground, background, verify, hint, cleanup."""

    page: Page
    role: str
    path: str
    text: str = field(repr=False)
    crlf: bool


class Context:
    """One scenario under the rules. Files that cannot be read are problems of their own (`unreadable`)."""

    def __init__(self, scenario: Scenario, index: IndexText) -> None:
        self.scenario = scenario
        self.index = index
        self.unreadable: list[Problem] = []

    @cached_property
    def pages(self) -> tuple[PageFile, ...]:
        """Every Markdown file once, answers included."""
        seen: set[Path] = set()
        found = []
        for page in self.scenario.pages:
            for path in (page.text, page.answer, page.hint):
                if path is None or path in seen or (path == page.hint and path.suffix != ".md"):
                    continue
                seen.add(path)
                file = self._page(page, path)
                if file:
                    found.append(file)
        return tuple(found)

    @cached_property
    def scripts(self) -> tuple[Script, ...]:
        """Every script once per role."""
        seen: set[tuple[Path, str]] = set()
        found = []
        for page, role, path in self._script_paths():
            if (path, role) in seen:
                continue
            seen.add((path, role))
            text = self._read(path)
            if text is not None:
                crlf = "\r\n" in text.content
                found.append(Script(page, role, self.relative(path), text.content, crlf))
        return tuple(found)

    @cached_property
    def syntax(self) -> Reading:
        """What bash says of the scripts. It begins to read them when this is first asked for."""
        return Reading((script.path, script.text) for script in self.scripts)

    @cached_property
    def assets(self) -> Listing:
        """What the assets' patterns match."""
        return list_assets(self.scenario, self.index.locate)

    @cached_property
    def is_killercoda(self) -> bool:
        """Written for Killercoda: nothing in it that only Katacoda knew."""
        if "environment" in self.scenario.raw or self.scenario.kind:
            return False
        return (self.scenario.imageid or "").startswith(("ubuntu", "kubernetes-k"))

    def relative(self, path: Path) -> str:
        """`path`, a real one inside the scenario, as messages show it."""
        return str(path).removeprefix(self._real_root + "/")

    @cached_property
    def _real_root(self) -> str:
        return os.path.realpath(self.scenario.root)

    def place(self, *keys: str | int) -> tuple[str, int, int]:
        """(path, line, column) of a value in the index."""
        return (self.index.path, *self.index.locate(keys))

    def _script_paths(self) -> Iterator[tuple[Page, str, Path]]:
        for page in self.scenario.pages:
            for role in ("foreground", "background", "verify", "hint"):
                path: Path | None = getattr(page, role)
                if path is not None and path.suffix != ".md":
                    yield page, role, path

    def _page(self, page: Page, path: Path) -> PageFile | None:
        text = self._read(path)
        if text is None:
            return None
        name = self.relative(path)
        content = text.content
        crlf = "\r\n" in content
        if "\r" in content:
            content = unix(content)
        return PageFile(page, name, content, crlf, parse(content, page.id, name))

    def _read(self, path: Path) -> Text | None:
        name = self.relative(path)
        try:
            data = read_bytes(self.scenario.root, name, text_limit(name))
        except UnsafePath as refusal:
            self.unreadable.append(refusal.problem(name))
            return None
        text = decode(data)
        if text.invalid_at is not None:
            line = data.count(b"\n", 0, text.invalid_at) + 1
            column = text.invalid_at - (data.rfind(b"\n", 0, text.invalid_at) + 1) + 1
            self.unreadable.append(
                Problem.of("encoding", name, line, column)
            )
        if text.bom:
            self.unreadable.append(Problem.of("byte-order-mark", name))
        return text
