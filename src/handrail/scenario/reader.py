"""Reads a scenario folder into plain dataclasses: `index.json` or `index.yaml`, in Katacoda's and Killercoda's dialect.

What is unknown or slightly wrong becomes a `Problem` in `Scenario.problems`; only a folder without a readable
index raises `ScenarioError`. Nothing outside its repository is ever opened (see `safe_paths`).
"""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from handrail.problems import Problem, ScenarioError
from handrail.scenario import index_text, known_keys
from handrail.scenario.index_text import IndexText
from handrail.scenario.index_values import IndexValues
from handrail.scenario.model import Asset, Dashboard, Page, Scenario, TerminalTab
from handrail.scenario.safe_paths import UnsafePath, inside, named

__all__ = ["Asset", "Dashboard", "Page", "Problem", "Scenario", "ScenarioError", "TerminalTab", "load"]

INDEX_NAMES = ("index.json", "index.yaml", "index.yml")


def load(path: Path) -> Scenario:
    """Read the scenario in a folder, or whose index file is given. Raises `ScenarioError`."""
    root, index = _find_index(path)
    return from_index(root, index_text.read(root, index.name))


def from_index(root: Path, text: IndexText) -> Scenario:
    """The scenario in `root` whose index has been read. Never raises."""
    return _Reader(root, text).scenario(root / text.path)


def _find_index(path: Path) -> tuple[Path, Path]:
    path = Path(os.path.abspath(path))
    if path.name in INDEX_NAMES and not path.is_dir():
        return path.parent, path
    found = [name for name in INDEX_NAMES if os.path.lexists(path / name)]
    if found:
        return path, path / found[0]
    if not path.is_dir():
        case = "is_file" if path.exists() else "no_folder"
        raise ScenarioError(Problem.of("no-index", case=case, folder=str(path)))
    raise ScenarioError(Problem.of("no-index", folder=str(path)))


class _Reader(IndexValues):
    """Turns the parsed index into a `Scenario`, and gathers problems on the way."""

    def __init__(self, root: Path, text: IndexText) -> None:
        super().__init__(text)
        self.root = root

    def scenario(self, index: Path) -> Scenario:
        raw = self.text.value
        self.unknown(raw, (), known_keys.SCENARIO)
        details = self.mapping(raw, (), "details")
        self.unknown(details, ("details",), known_keys.DETAILS)
        environment = self.mapping(raw, (), "environment")
        self.unknown(environment, ("environment",), known_keys.ENVIRONMENT)
        backend = self.mapping(raw, (), "backend")
        self.unknown(backend, ("backend",), known_keys.BACKEND)
        interface = self.mapping(raw, (), "interface")
        self.unknown(interface, ("interface",), known_keys.INTERFACE)
        extra = self.mapping(raw, (), "handrail")
        self.unknown(extra, ("handrail",), frozenset(known_keys.HANDRAIL))
        return Scenario(
            root=self.root,
            index=index,
            name=self.root.name,
            title=self.string(raw, (), "title"),
            description=self.string(raw, (), "description"),
            difficulty=self.string(raw, (), "difficulty"),
            time=self.string(raw, (), "time"),
            kind=self.string(raw, (), "type") or None,
            pages=self.pages(details, environment),
            assets=self.assets(details, extra),
            imageid=self.string(backend, ("backend",), "imageid")
            or self.string(backend, ("backend",), "dockerimage")
            or None,
            layout=self.string(environment, ("environment",), "uilayout")
            or self.string(interface, ("interface",), "layout")
            or None,
            dashboards=self.dashboards(environment),
            terminals=self.terminals(environment),
            files=tuple(str(name) for name in self.sequence(raw, (), "files")),
            editor_root=self.string(environment, ("environment",), "uieditorpath") or "/root",
            port=self.integer(backend, ("backend",), "port"),
            url=self.string(backend, ("backend",), "url") or None,
            message=self.string(environment, ("environment",), "uimessage1"),
            extra=extra,
            raw=raw,
            problems=self.problems(),
        )

    def pages(self, details: Mapping[str, Any], environment: Mapping[str, Any]) -> tuple[Page, ...]:
        pages: list[Page] = []
        if "intro" in details:
            intro = self.mapping(details, ("details",), "intro")
            hidden = _truth(environment.get("hideintro"))
            pages.append(self.page(intro, ("details", "intro"), "intro", 0, hidden))
        steps = self.sequence(details, ("details",), "steps")
        for number, step in enumerate(steps, 1):
            keys = ("details", "steps", number - 1)
            if not isinstance(step, dict):
                self.wrong_type(keys, "a step", "an object")
                step = {}
            pages.append(self.page(step, keys, "step", number, False))
        if "finish" in details:
            finish = self.mapping(details, ("details",), "finish")
            hidden = _truth(environment.get("hidefinish"))
            pages.append(self.page(finish, ("details", "finish"), "finish", len(steps) + 1, hidden))
        return tuple(pages)

    def page(
        self,
        raw: Mapping[str, Any],
        keys: tuple[str | int, ...],
        kind: Literal["intro", "step", "finish"],
        number: int,
        hidden: bool,
    ) -> Page:
        self.unknown(raw, keys, known_keys.PAGE)
        defaults = {"intro": "Introduction", "step": f"Step {number}", "finish": "Finish"}
        return Page(
            id=f"step{number}" if kind == "step" else kind,
            kind=kind,
            number=number,
            title=self.string(raw, keys, "title") or defaults[kind],
            text=self.file(raw, keys, "text"),
            foreground=self.file(raw, keys, "foreground", "code"),
            background=self.file(raw, keys, "background", "courseData"),
            verify=self.file(raw, keys, "verify"),
            answer=self.file(raw, keys, "answer"),
            hint=self.file(raw, keys, "hint"),
            hidden=hidden,
            credits=self.string(raw, keys, "credits") or self.string(raw, keys, "credit"),
        )

    def assets(self, details: Mapping[str, Any], extra: Mapping[str, Any]) -> tuple[Asset, ...]:
        found: list[Asset] = []
        hosts = self.mapping(details, ("details",), "assets")
        for host in hosts:
            keys = ("details", "assets", host)
            for number, raw in enumerate(self.sequence(hosts, keys[:2], host)):
                asset = self.asset(raw, (*keys, number), host)
                if asset:
                    found.append(asset)
        for number, raw in enumerate(self.sequence(extra, ("handrail",), "carry")):
            for each in self.carried(raw) if isinstance(raw, str) else (raw,):
                asset = self.asset(each, ("handrail", "carry", number), "host01", carried=True)
                if asset:
                    found.append(asset)
        return tuple(found)

    def carried(self, path: str) -> Iterator[dict[str, str]]:
        """A bare path in "carry" as assets: a folder with all that is in it, or one file, to the same path in ~."""
        try:
            folder = inside(self.root, path)
        except UnsafePath:
            folder = self.root / path
        if not folder.is_dir():
            yield {"file": path, "target": f"~/{os.path.dirname(path)}"}
            return
        path = os.path.normpath(path)
        yield {"file": f"{path}/**", "target": "~/"}
        # No pattern matches what begins with a dot, on no platform, so that is named.
        for above, folders, files in os.walk(folder):
            folders[:] = sorted(set(folders) - {".git", "__pycache__"})
            here = os.path.normpath(os.path.join(path, os.path.relpath(above, folder)))
            hidden = [name for name in sorted(files) if name.startswith(".")]
            yield from ({"file": f"{here}/{name}", "target": f"~/{here}"} for name in hidden)
            inner = [name for name in folders if name.startswith(".")]
            yield from ({"file": f"{here}/{name}/**", "target": "~/"} for name in inner)

    def asset(self, raw: Any, keys: tuple[str | int, ...], host: str, carried: bool = False) -> Asset | None:
        if not isinstance(raw, dict):
            self.wrong_type(keys, "an asset", "an object")
            return None
        self.unknown(raw, keys, known_keys.ASSET)
        file = self.string(raw, keys, "file")
        if not file:
            self.add("asset-incomplete", keys)
            return None
        target = self.string(raw, keys, "target") or "~/"
        return Asset(host, file, target, self.string(raw, keys, "chmod") or None, carried, keys)

    def dashboards(self, environment: Mapping[str, Any]) -> tuple[Dashboard, ...]:
        found = []
        for number, raw in enumerate(self.sequence(environment, ("environment",), "dashboards")):
            keys = ("environment", "dashboards", number)
            if not isinstance(raw, dict):
                self.wrong_type(keys, "a dashboard", "an object")
                continue
            self.unknown(raw, keys, known_keys.DASHBOARD)
            name = self.string(raw, keys, "name") or "Dashboard"
            href = self.string(raw, keys, "href") or None
            host = self.string(raw, keys, "host") or None
            found.append(Dashboard(name, self.integer(raw, keys, "port"), href, host))
        return tuple(found)

    def terminals(self, environment: Mapping[str, Any]) -> tuple[TerminalTab, ...]:
        found = []
        for number, raw in enumerate(self.sequence(environment, ("environment",), "terminals")):
            keys = ("environment", "terminals", number)
            if not isinstance(raw, dict):
                self.wrong_type(keys, "a terminal", "an object")
                continue
            self.unknown(raw, keys, known_keys.TERMINAL)
            name = self.string(raw, keys, "name") or f"Terminal {number + 1}"
            target = self.string(raw, keys, "target") or None
            found.append(TerminalTab(name, target, self.string(raw, keys, "command") or None))
        return tuple(found)

    def file(self, raw: Mapping[str, Any], keys: tuple[str | int, ...], *names: str) -> Path | None:
        """The file named by the first of these keys that is there."""
        for name in names:
            reference = self.string(raw, keys, name)
            if not reference:
                continue
            try:
                return named(self.root, reference)
            except UnsafePath as refusal:
                line, column = self.text.locate((*keys, name))
                if self.few.room(refusal.code, self.text.path, line):
                    problem = refusal.problem(self.text.path, line, column)
                    self.few.add(self.letter_case(reference, problem) or problem)
                return None
        return None

    def letter_case(self, reference: str, problem: Problem) -> Problem | None:
        """A better remedy for a name that is wrong only in upper and lower case."""
        if problem.code != "file-missing":
            return None
        try:
            folder = inside(self.root, os.path.dirname(reference) or ".")
            names = os.listdir(folder)
        except (UnsafePath, OSError):
            return None
        wanted = os.path.basename(reference)
        for name in names:
            if name.lower() == wanted.lower():
                place = (problem.path, problem.line, problem.column)
                return Problem.of(problem.code, *place, "letter_case", file=reference, other=name)
        return None


def _truth(value: object) -> bool:
    """`true`, and the string "true", which people also write."""
    return value is True or (isinstance(value, str) and value.lower() == "true")
