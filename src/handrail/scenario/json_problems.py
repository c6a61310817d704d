"""Reads JSON written by hand: the error names line, column and the likely cause, and values can be found again.

2.7 % of the committed `index.json` files in public repositories did not parse: a trailing comma in half of them,
then a missing comma, then comments. The parser of the standard library says none of these words.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from handrail.markdown.lines import Lines
from handrail.problems import Problem, ScenarioError

_BLANKS = " \t\n\r"
_SMART_QUOTES = "\u201c\u201d\u2018\u2019\u201e\u00ab\u00bb"
_DECODER = json.JSONDecoder(strict=False)


@dataclass(frozen=True)
class Cause:
    """Why the text is not JSON, as a case of `json-syntax` in the catalogue, and where: an offset."""

    offset: int
    case: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)


def parse(text: str, path: str) -> tuple[Any, list[Problem]]:
    """Parse JSON; `path` is for messages. Duplicate keys are problems. Raises `ScenarioError`."""
    repeated: list[str] = []

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(items)
        if len(made) != len(items):
            seen: set[str] = set()
            for key, _ in items:
                if key in seen:
                    repeated.append(key)
                seen.add(key)
        return made

    def constant(name: str) -> Any:
        raise ValueError(f"{name} is not JSON")

    try:
        value = json.loads(text, object_pairs_hook=pairs, parse_constant=constant)
    except json.JSONDecodeError as error:
        cause = diagnose(text, error)
        raise ScenarioError(_problem(text, path, cause)) from None
    except RecursionError:
        cause = Cause(0, "nested")
        raise ScenarioError(_problem(text, path, cause)) from None
    except ValueError as error:  # NaN, Infinity, or an integer of thousands of digits
        cause = Cause(0, "number", {"reason": str(error)})
        raise ScenarioError(_problem(text, path, cause)) from None
    return value, _duplicates(text, path) if repeated else []


def diagnose(text: str, error: json.JSONDecodeError) -> Cause:
    """The likely cause of a parser's error, as a person sees it who looks at the line."""
    at = error.pos
    here = text[at : at + 1]
    before = _previous(text, at)
    last = text[before : before + 1] if before >= 0 else ""
    if not text.strip():
        return Cause(0, "empty")
    for marker in ("<<<<<<<", "=======", ">>>>>>>"):
        if text.startswith(marker, at):
            return Cause(at, "merge")
    if text.startswith(("//", "/*", "#"), at):
        return Cause(at, "comment")
    if last == "," and here in ("}", "]"):
        return Cause(before, "trailing_comma", {"before": here})
    if last == "," and here == ",":
        return Cause(at, "two_commas")
    if here == "":
        return Cause(len(text), "cut_short")
    if "control character" in error.msg:
        name = {"\n": "line break", "\t": "tab"}.get(here, f"control character {here!r}")
        return Cause(at, "raw", {"character": name})
    if "Unterminated string" in error.msg:
        return Cause(at, "unclosed_string")
    if "escape" in error.msg:
        return Cause(at, "backslash")
    if "Expecting ',' delimiter" in error.msg and (here in '"{[' or here.isalnum()):
        return Cause(before + 1, "missing_comma")
    if "Expecting ':'" in error.msg:
        return Cause(at, "no_value")
    if here == "'":
        return Cause(at, "single_quotes")
    if here in _SMART_QUOTES:
        return Cause(at, "smart_quotes")
    if "Extra data" in error.msg:
        return Cause(at, "extra")
    if "property name" in error.msg and (here.isalpha() or here == "_"):
        return Cause(at, "bare_key")
    for word, right in (("True", "true"), ("False", "false"), ("None", "null")):
        if text.startswith(word, at):
            return Cause(at, "python", {"word": word, "right": right})
    return Cause(at, "", {"reason": error.msg[:1].lower() + error.msg[1:]})


def place(text: str, offset: int) -> tuple[int, int]:
    """Line and column, from 1, of a character offset."""
    line = text.count("\n", 0, offset) + 1
    return line, offset - (text.rfind("\n", 0, offset) + 1) + 1


class Locator:
    """Where the values of valid JSON stand. Each object and array is cut up once, however often it is asked for."""

    def __init__(self, text: str) -> None:
        self._text, self._lines = text, Lines(text)
        self._inner: dict[int, dict[str | int, int]] = {}

    def locate(self, keys: Sequence[str | int]) -> tuple[int, int]:
        """Line and column of the value at `keys`; of its nearest parent when there is no such value."""
        at = _skip(self._text, 0)
        for wanted in keys:
            found = self._values(at).get(wanted)
            if found is None:
                break
            at = found
        return self._lines.place(at)

    def _values(self, at: int) -> dict[str | int, int]:
        """Offsets of what is in the object or array that starts at `at`, by key or number."""
        if at not in self._inner:
            found: dict[str | int, int] = {}
            if self._text.startswith("{", at):
                # The last of repeated keys counts, as it does for the parser.
                found = {key: value_at for key, _, value_at in _members(self._text, at)}
            elif self._text.startswith("[", at):
                found = dict(enumerate(_items(self._text, at)))
            self._inner[at] = found
        return self._inner[at]


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at] in _BLANKS:
        at += 1
    return at


def _previous(text: str, at: int) -> int:
    at -= 1
    while at >= 0 and text[at] in _BLANKS:
        at -= 1
    return at


def _members(text: str, at: int) -> list[tuple[str, int, int]]:
    """(key, offset of the key, offset of the value) of the object that starts at `at`."""
    members = []
    at = _skip(text, at + 1)
    while text[at] != "}":
        key, end = _DECODER.raw_decode(text, at)
        value_at = _skip(text, _skip(text, end) + 1)
        members.append((key, at, value_at))
        _, end = _DECODER.raw_decode(text, value_at)
        at = _skip(text, end)
        if text[at] == ",":
            at = _skip(text, at + 1)
    return members


def _items(text: str, at: int) -> list[int]:
    """Offsets of the items of the array that starts at `at`."""
    items = []
    at = _skip(text, at + 1)
    while text[at] != "]":
        items.append(at)
        _, end = _DECODER.raw_decode(text, at)
        at = _skip(text, end)
        if text[at] == ",":
            at = _skip(text, at + 1)
    return items


def _duplicates(text: str, path: str) -> list[Problem]:
    problems: list[Problem] = []

    def walk(at: int, visit: Callable[[int], None]) -> None:
        if text[at] == "{":
            seen: set[str] = set()
            for key, key_at, value_at in _members(text, at):
                if key in seen:
                    line, column = place(text, key_at)
                    problems.append(Problem.of("duplicate-key", path, line, column, key=key))
                seen.add(key)
                visit(value_at)
        elif text[at] == "[":
            for value_at in _items(text, at):
                visit(value_at)

    # An own stack: the text may be nested as deep as the parser allows.
    pending = [_skip(text, 0)]
    while pending:
        walk(pending.pop(), pending.append)
    problems.sort(key=lambda problem: (problem.line, problem.column))
    return problems


def _problem(text: str, path: str, cause: Cause) -> Problem:
    return Problem.of("json-syntax", path, *place(text, cause.offset), cause.case, **cause.facts)
