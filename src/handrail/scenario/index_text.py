"""The index file of a scenario as text and value, JSON or YAML, with the places of its values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from handrail.problems import Problem, ScenarioError
from handrail.scenario import json_problems
from handrail.scenario.safe_paths import UnsafePath, read_text

INDEX_LIMIT = 4 * 1024 * 1024


@dataclass(frozen=True)
class IndexText:
    """`value` is what the file says; `path` is its name, for messages."""

    path: str
    content: str = field(repr=False)
    value: Mapping[str, Any]
    problems: tuple[Problem, ...]

    def locate(self, keys: Sequence[str | int]) -> tuple[int, int]:
        """Line and column of the value at `keys`."""
        return self._locator.locate(keys)

    @cached_property
    def _locator(self) -> "json_problems.Locator | _YamlLocator":
        return json_problems.Locator(self.content) if self.path.endswith(".json") else _YamlLocator(self.content)


def read(root: Path, name: str) -> IndexText:
    """Read `name` under `root`. Raises `ScenarioError` when it cannot be read or is not an object."""
    try:
        text = read_text(root, name, INDEX_LIMIT)
    except UnsafePath as refusal:
        raise ScenarioError(refusal.problem(name)) from None
    problems = []
    if text.bom:
        problems.append(Problem.of("byte-order-mark", name, case="index"))
    if text.invalid_at is not None:
        problems.append(Problem.of("encoding", name, case="index", byte=text.invalid_at + 1))
    try:
        if name.endswith(".json"):
            value, duplicates = json_problems.parse(text.content, name)
            problems += duplicates
        else:
            value = _parse_yaml(text.content, name)
    except ScenarioError:
        if text.invalid_at is not None:
            # UTF-16 and the like: what the parser stumbles over is not the cause.
            raise ScenarioError(problems[-1]) from None
        raise
    if not isinstance(value, dict):
        raise ScenarioError(Problem.of("json-syntax", name, case="no_object"))
    return IndexText(name, text.content, value, tuple(problems))


class _PlainLoader(yaml.SafeLoader):
    """Without aliases: nine lines of them can name a billion values."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.events.AliasEvent):
            event = self.peek_event()  # type: ignore[no-untyped-call]
            raise yaml.MarkedYAMLError(problem="aliases are not allowed", problem_mark=event.start_mark)
        return super().compose_node(parent, index)


def _parse_yaml(text: str, path: str) -> Any:
    try:
        return _plain(yaml.load(text, _PlainLoader))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        reason = error.problem or "it cannot be read"
    except (yaml.YAMLError, ValueError) as error:
        line, column, reason = 1, 1, str(error).splitlines()[0]
    except RecursionError:
        line, column, reason = 1, 1, "it is nested too deeply"
    raise ScenarioError(Problem.of("yaml-syntax", path, line, column, reason=reason))


def _plain(value: Any) -> Any:
    """YAML allows keys and values that JSON does not: dates, bytes, sets, numbers as keys. Make them strings."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return str(value)


class _YamlLocator:
    """As `json_problems.Locator`, for YAML."""

    def __init__(self, text: str) -> None:
        self._root = yaml.compose(text, _PlainLoader)
        self._inner: dict[int, dict[str, yaml.Node]] = {}

    def locate(self, keys: Sequence[str | int]) -> tuple[int, int]:
        node = self._root
        for wanted in keys:
            found = self._values(node).get(str(wanted))
            if found is None:
                break
            node = found
        return (node.start_mark.line + 1, node.start_mark.column + 1) if node else (1, 1)

    def _values(self, node: yaml.Node | None) -> dict[str, yaml.Node]:
        if id(node) not in self._inner:
            found = {}
            if isinstance(node, yaml.MappingNode):
                found = {str(key.value): value for key, value in node.value}
            elif isinstance(node, yaml.SequenceNode):
                found = {str(number): value for number, value in enumerate(node.value)}
            self._inner[id(node)] = found
        return self._inner[id(node)]
