"""Which rules are on: `[tool.handrail.lint]` in pyproject.toml, or `[lint]` in .handrail.toml, nearest folder first.

[lint]
disable = ["legacy-key", "not-on-killercoda"]
exclude = ["drafts/*"]
severity = {dead-host = "error"}
"""

import fnmatch
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from handrail.errors import HandrailError
from handrail.lint.rules import CHECKS, NETWORK, Check
from handrail.problems import Problem
from handrail.problems.catalogue import LINTED
from handrail.problems.entry import Severity

_KEYS = frozenset({"disable", "exclude", "severity", "network"})
_CODES = frozenset(each.code for each in LINTED)
_SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")


@dataclass(frozen=True)
class Config:
    """The rules that run, and what becomes of their problems."""

    disabled: frozenset[str] = frozenset()
    severities: Mapping[str, Severity] = field(default_factory=dict)
    exclude: tuple[str, ...] = ()
    network: bool = False
    base: Path | None = None
    """The folder of the file it was read from; `exclude` is relative to it."""

    def checks(self) -> list[Check]:
        """Those whose rule is on."""
        return [
            check
            for code, check in CHECKS.items()
            if code not in self.disabled and (self.network or code not in NETWORK)
        ]

    def apply(self, problem: Problem) -> Problem | None:
        """The problem as the user wants to see it; None when its rule is off."""
        if problem.code in self.disabled:
            return None
        severity = self.severities.get(problem.code)
        return replace(problem, severity=severity) if severity else problem

    def excludes(self, folder: Path) -> bool:
        """Is this folder not to be linted?"""
        if self.base is None or not self.exclude:
            return False
        try:
            relative = str(folder.relative_to(self.base))
        except ValueError:
            return False
        return any(fnmatch.fnmatch(relative, pattern.rstrip("/")) for pattern in self.exclude)


def with_options(config: Config, disabled: frozenset[str], network: bool) -> Config:
    """The configuration with what the command line adds."""
    return replace(config, disabled=config.disabled | disabled, network=config.network or network)


def find(start: Path) -> Config:
    """The configuration for a folder. Raises `HandrailError` when its file is wrong."""
    for folder in (start, *start.parents):
        own, project = folder / ".handrail.toml", folder / "pyproject.toml"
        if own.is_file():
            return _read(own, ("lint",))
        if project.is_file() and b"[tool.handrail.lint" in project.read_bytes():
            return _read(project, ("tool", "handrail", "lint"))
    return Config()


def _read(file: Path, keys: tuple[str, ...]) -> Config:
    try:
        value: Any = tomllib.loads(file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise _wrong(file, f"It is not TOML: {error}.") from None
    for key in keys:
        value = value.get(key, {}) if isinstance(value, dict) else {}
    if not isinstance(value, dict):
        raise _wrong(file, "The section is not a table.")
    unknown = sorted(set(value) - _KEYS)
    if unknown:
        known = ", ".join(sorted(_KEYS))
        raise _wrong(file, f"There is no setting {', '.join(unknown)}; there are {known}.", unknown[0])
    disabled, exclude = value.get("disable", []), value.get("exclude", [])
    severities = value.get("severity", {})
    if not _strings(disabled) or not _strings(exclude) or not isinstance(severities, dict):
        raise _wrong(file, "`disable` and `exclude` are lists of strings, `severity` is a table.")
    for code in [*disabled, *severities]:
        if code not in _CODES:
            raise _wrong(file, f"There is no rule {code}; `handrail lint --rules` lists them.")
    for code, severity in severities.items():
        if severity not in _SEVERITIES:
            raise _wrong(file, f"{code} cannot have the severity {severity!r}: write error, warning or info.")
    network = value.get("network") is True
    return Config(frozenset(disabled), severities, tuple(exclude), network, file.parent)


def _strings(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _wrong(file: Path, reason: str, key: str = "") -> HandrailError:
    """`key`: what is wrong, to be found at the beginning of a line."""
    lines = file.read_text("utf-8").splitlines() if key else []
    written = re.compile(rf"\s*(\[[^]]*\.)?[\"']?{re.escape(key)}\b")
    line = next((number for number, text in enumerate(lines, 1) if written.match(text)), 1)
    return HandrailError(f"{file}:{line}:1: {reason} Correct it.")
