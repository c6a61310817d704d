"""The `{{…}}` after a code span or a closing fence: an unordered set of words that says what a click does."""

import difflib
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

_ACTIONS: dict[str, Literal["execute", "copy", "open"]] = {
    "execute": "execute",
    "exec": "execute",
    "copy": "copy",
    "open": "open",
}
_FLAGS = frozenset({"interrupt", "ctrl-seq", "no-newline"})
_VOCABULARY = [*_ACTIONS, *_FLAGS]
_HOST_WORDS = ("host", "node", "master", "client", "controlplane", "worker", "control-plane")
_SYNONYMS = {"run": "exec", "click": "exec", "cmd": "exec", "bash": "exec", "paste": "copy", "clipboard": "copy"}
_NEAR = re.compile(r"(\{\{?) {0,3}([A-Za-z]{3,9})\b((?: {1,3}[\w-]{1,20}){0,4}) {0,3}(\}\}?|(?![\w}]))")
_NEAR_END = re.compile(r"\{\{? {0,3}([^\s{}]{3,12})((?: {1,3}[\w-]{1,20}){0,4}) {0,3}\}{0,2}")
_LONGEST = 120
"""Braces longer than this belong to a template, not to us."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """What the braces say. `action` is None for `{{}}`: show the code, offer nothing."""

    action: Literal["execute", "copy", "open"] | None
    terminal: str | None = None
    host: str | None = None
    interrupt: bool = False
    ctrl_seq: bool = False
    newline: bool = True
    misspelt: tuple[tuple[str, str], ...] = ()
    """(as written, as meant)."""
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Braces:
    """Braces found in a text. `at` and `end`: offsets of the code's end, where blanks may begin, and after `}}`."""

    tokens: Tokens
    raw: str
    at: int
    end: int

    @property
    def spaced(self) -> bool:
        """Do blanks stand before them?"""
        return self.end - self.at > len(self.raw)


def find(text: str, at: int, end: int | None = None) -> Braces | None:
    """The action braces that begin at `at`, blanks allowed before them; None when there are none."""
    end = len(text) if end is None else end
    start = at
    while start < end and start - at < 4 and text[start] in " \t":
        start += 1
    if not text.startswith("{{", start):
        return None
    close = text.find("}}", start + 2, min(end, start + _LONGEST))
    if close < 0:
        return None
    inner = text[start + 2 : close]
    if "\n" in inner:
        return None
    tokens = parse(inner)
    if tokens is None or (tokens.action is None and start > at):
        return None
    return Braces(tokens, text[start : close + 2], at, close + 2)


def near_miss(text: str, at: int, end: int | None = None) -> tuple[str, str] | None:
    """(as written, as it should be) of braces right at `at` that `find` does not take and an author must have meant.

    None for what may belong to a template: only words of ours between broken braces, and words that other tools have
    for running and copying between whole ones.
    """
    match = _NEAR.match(text, at, len(text) if end is None else end)
    if match is None:
        return None
    opening, word, rest, closing = match.groups()
    if opening == "{{" and closing == "}}":
        known = _SYNONYMS.get(word.lower())
    elif opening == "{{" or closing:
        known = word if word in _ACTIONS else None
    else:
        known = None
    if known is None or (not closing and text.find("}}", match.end(), match.end() + _LONGEST) >= 0):
        return None
    written = match[0] if closing else opening + word
    return written, "{{" + " ".join([known, *(rest.split() if closing else ())]) + "}}"


def near_end(text: str, at: int, end: int) -> tuple[str, str] | None:
    """As `near_miss`, for what is all that stands on a line after the marks of a fence, where less is enough."""
    rest = text[at:end].strip()
    found = near_miss(rest, 0)
    if found:
        return found if found[0] == rest else None
    match = _NEAR_END.fullmatch(rest)
    close = difflib.get_close_matches(match[1].lower(), _ACTIONS, n=1, cutoff=0.7) if match else []
    return (rest, "{{" + " ".join([close[0], *match[2].split()]) + "}}") if match and close else None


@lru_cache(maxsize=512)
def parse(inner: str) -> Tokens | None:
    """The words between the braces; None when they are not ours (`{{ .Values.x }}`, `{{TRAFFIC_HOST1_80}}`)."""
    words = inner.replace(",", " ").split()
    if not words:
        return Tokens(None)
    action: Literal["execute", "copy", "open"] | None = None
    flags: set[str] = set()
    misspelt: list[tuple[str, str]] = []
    others: list[str] = []
    for word in words:
        known = word if word in _ACTIONS or word in _FLAGS else _meant(word)
        if known is None:
            others.append(word.strip("\"'"))
            continue
        if known != word:
            misspelt.append((word, known))
        if known in _FLAGS:
            flags.add(known)
        else:
            action = action or _ACTIONS[known]
    if action is None and "interrupt" in flags:
        action = "execute"
    if action is None:
        return None
    terminal, host, unknown = _place(others)
    return Tokens(
        action,
        terminal,
        host,
        "interrupt" in flags,
        "ctrl-seq" in flags,
        "no-newline" not in flags,
        tuple(misspelt),
        unknown,
    )


def _meant(word: str) -> str | None:
    """The word of the vocabulary that this is a slip of: other letter case, letters swapped, one missing."""
    lowered = word.lower()
    if lowered in _VOCABULARY:
        return lowered
    if len(word) < 4 or len(word) > 14 or not lowered.replace("-", "").isalpha():
        return None
    # Short words resemble each other: of those, only swapped letters count.
    for known in _VOCABULARY:
        if sorted(known) == sorted(lowered):
            return known
    close = difflib.get_close_matches(lowered, _VOCABULARY, n=1, cutoff=0.8)
    return close[0] if close else None


def _place(words: list[str]) -> tuple[str | None, str | None, tuple[str, ...]]:
    """(terminal, host, words that say neither). `T2` is a terminal, `HOST2` is host02, `node01` a host."""
    terminal = host = None
    unknown = []
    for word in words:
        lowered = word.lower()
        stem = lowered.rstrip("0123456789")
        digits = lowered[len(stem) :]
        if stem == "t" and digits:
            terminal = f"T{int(digits[:4])}"
        elif stem == "host" and digits:
            host = f"host{int(digits[:4]):02d}"
        elif stem in _HOST_WORDS:
            host = lowered
        elif lowered.endswith(("terminal", "_term", "-term")):
            terminal = word
        else:
            # A CSS class for the author's browser tests, or a slip: the linter asks.
            unknown.append(word)
    return terminal, host, tuple(unknown)
