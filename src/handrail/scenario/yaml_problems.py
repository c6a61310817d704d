"""An index in YAML: its value, where each value stands, and what is wrong with the text; beside `json_problems`."""

from collections.abc import Sequence
from typing import Any

import yaml

from handrail.problems import Problem, ScenarioError


class _PlainLoader(yaml.SafeLoader):
    """Without aliases: nine lines of them can name a billion values."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.events.AliasEvent):
            event = self.peek_event()  # type: ignore[no-untyped-call]
            raise yaml.MarkedYAMLError(problem="aliases are not allowed", problem_mark=event.start_mark)
        return super().compose_node(parent, index)


def parse(text: str, path: str) -> Any:
    """The value of the text. Raises `ScenarioError`."""
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


class Locator:
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
