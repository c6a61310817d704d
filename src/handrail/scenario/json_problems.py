"""Reads JSON written by hand: the error names line, column and the likely cause, and values can be found again.

2.7 % of the committed `index.json` files in public repositories did not parse: a trailing comma in half of them,
then a missing comma, then comments. The parser of the standard library says none of these words.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from handrail.markdown.lines import Lines
from handrail.problems import Problem, ScenarioError

_BLANKS = " \t\n\r"
_SMART_QUOTES = "\u201c\u201d\u2018\u2019\u201e\u00ab\u00bb"
_DECODER = json.JSONDecoder(strict=False)


@dataclass(frozen=True)
class Cause:
    """Why the text is not JSON, where (an offset), and how to mend it."""

    offset: int
    message: str
    remedy: str


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
        cause = Cause(0, "The JSON is nested too deeply.", "Flatten it.")
        raise ScenarioError(_problem(text, path, cause)) from None
    except ValueError as error:  # NaN, Infinity, or an integer of thousands of digits
        cause = Cause(0, f"The JSON holds a number that cannot be read: {error}.", "Write an ordinary number.")
        raise ScenarioError(_problem(text, path, cause)) from None
    return value, _duplicates(text, path) if repeated else []


def diagnose(text: str, error: json.JSONDecodeError) -> Cause:
    """The likely cause of a parser's error, in the words of a person looking at the line."""
    at = error.pos
    here = text[at : at + 1]
    before = _previous(text, at)
    last = text[before : before + 1] if before >= 0 else ""
    if not text.strip():
        return Cause(0, "The file is empty.", 'Write at least {"title": "…", "details": {}}.')
    for marker in ("<<<<<<<", "=======", ">>>>>>>"):
        if text.startswith(marker, at):
            return Cause(at, "A merge conflict was left in the file.", "Resolve it and remove the marker lines.")
    if text.startswith(("//", "/*", "#"), at):
        return Cause(at, "JSON has no comments.", "Remove the comment.")
    if last == "," and here in ("}", "]"):
        return Cause(before, f"Trailing comma before `{here}`.", "Remove the comma.")
    if last == "," and here == ",":
        return Cause(at, "Two commas in a row.", "Remove one of them.")
    if here == "":
        return Cause(len(text), "The file ends too early.", 'Close every `{`, `[` and `"` that was opened.')
    if "control character" in error.msg:
        name = {"\n": "line break", "\t": "tab"}.get(here, f"control character {here!r}")
        return Cause(at, f"A raw {name} inside a string.", "Write \\n for a line break, \\t for a tab.")
    if "Unterminated string" in error.msg:
        return Cause(at, 'This string is never closed with `"`.', 'Add the closing `"`.')
    if "escape" in error.msg:
        return Cause(at, "A backslash that JSON does not know.", "Write \\\\ for a backslash.")
    if "Expecting ',' delimiter" in error.msg and (here in '"{[' or here.isalnum()):
        after = before + 1
        return Cause(after, "Missing comma after this value.", "Add a comma here.")
    if "Expecting ':'" in error.msg:
        return Cause(at, "A key without a value.", "Write `:` and a value after the key.")
    if here == "'":
        return Cause(at, "Single quotes.", 'JSON strings stand in double quotes: "…".')
    if here in _SMART_QUOTES:
        return Cause(at, "Typographic quotes.", 'Replace them with plain double quotes: "…".')
    if "Extra data" in error.msg:
        return Cause(at, "More text after the end of the JSON.", "Remove it; a file holds one object.")
    if "property name" in error.msg and (here.isalpha() or here == "_"):
        return Cause(at, "A key without quotes.", 'Write keys in double quotes: "key".')
    for word, right in (("True", "true"), ("False", "false"), ("None", "null")):
        if text.startswith(word, at):
            return Cause(at, f"{word} is Python, not JSON.", f"Write {right}.")
    return Cause(at, f"Not JSON: {error.msg[:1].lower()}{error.msg[1:]}.", "Correct the line.")


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
                    problems.append(
                        Problem(
                            "duplicate-key",
                            "error",
                            path,
                            line,
                            column,
                            f'The key "{key}" occurs twice in this object; only the last one counts.',
                            "Remove or rename one of them.",
                        )
                    )
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
    line, column = place(text, cause.offset)
    return Problem("json-syntax", "error", path, line, column, cause.message, cause.remedy)
