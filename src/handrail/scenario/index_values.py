"""Values of an index as the type that is wanted; what is something else, or unknown, becomes a problem."""

from collections.abc import Mapping
from typing import Any

from handrail.problems import CappedProblems, Problem
from handrail.scenario import known_keys
from handrail.scenario.index_text import IndexText


class IndexValues:
    """`keys` of each method lead to `raw`, the object that holds the value."""

    def __init__(self, text: IndexText) -> None:
        self.text = text
        self.few = CappedProblems()

    def problems(self) -> tuple[Problem, ...]:
        """Those of the file itself, and those found since."""
        return (*self.text.problems, *self.few.problems())

    def mapping(self, raw: Mapping[str, Any], keys: tuple[str | int, ...], name: str) -> Mapping[str, Any]:
        value = raw.get(name)
        if isinstance(value, dict):
            return value
        if value is not None:
            self.wrong_type((*keys, name), f'"{name}"', "an object")
        return {}

    def sequence(self, raw: Mapping[str, Any], keys: tuple[str | int, ...], name: str) -> list[Any]:
        value = raw.get(name)
        if isinstance(value, list):
            return value
        if value is not None:
            self.wrong_type((*keys, name), f'"{name}"', "a list")
        return []

    def string(self, raw: Mapping[str, Any], keys: tuple[str | int, ...], name: str) -> str:
        value = raw.get(name)
        if isinstance(value, str):
            return value
        if isinstance(value, int | float) and not isinstance(value, bool):
            return str(value)
        if value is not None:
            self.wrong_type((*keys, name), f'"{name}"', "a string")
        return ""

    def integer(self, raw: Mapping[str, Any], keys: tuple[str | int, ...], name: str) -> int | None:
        value = raw.get(name)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 8:
            return int(value)
        if value is not None:
            self.wrong_type((*keys, name), f'"{name}"', "a number")
        return None

    def unknown(self, raw: Mapping[str, Any], keys: tuple[str | int, ...], known: frozenset[str]) -> None:
        for key in raw:
            if key in known:
                continue
            close = known_keys.suggestion(key, known)
            if close:
                self.add("unknown-key", (*keys, key), "close", key=key, close=close)
            else:
                self.add("unknown-key", (*keys, key), key=key)

    def wrong_type(self, keys: tuple[str | int, ...], what: str, wanted: str) -> None:
        self.add("wrong-type", keys, what=what[:1].upper() + what[1:], wanted=wanted)

    def add(self, code: str, keys: tuple[str | int, ...], /, case: str = "", **facts: str | int) -> None:
        line, column = self.text.locate(keys)
        if self.few.room(code, self.text.path, line):
            self.few.add(Problem.of(code, self.text.path, line, column, case, **facts))
