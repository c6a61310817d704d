"""The index file of a scenario as text and value, JSON or YAML, with the places of its values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from handrail.problems import Problem, ScenarioError
from handrail.scenario import json_problems
from handrail.scenario.safe_paths import UnsafePath, read_text

if TYPE_CHECKING:
    from handrail.scenario import yaml_problems

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
    def _locator(self) -> "json_problems.Locator | yaml_problems.Locator":
        if self.path.endswith(".json"):
            return json_problems.Locator(self.content)
        from handrail.scenario import yaml_problems  # as in `read`

        return yaml_problems.Locator(self.content)


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
            # Imported here: nearly every index is JSON, and the parser takes 20 ms of each start.
            from handrail.scenario import yaml_problems

            value = yaml_problems.parse(text.content, name)
    except ScenarioError:
        if text.invalid_at is not None:
            # UTF-16 and the like: what the parser stumbles over is not the cause.
            raise ScenarioError(problems[-1]) from None
        raise
    if not isinstance(value, dict):
        raise ScenarioError(Problem.of("json-syntax", name, case="no_object"))
    return IndexText(name, text.content, value, tuple(problems))
