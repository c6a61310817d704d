"""Which programs a scenario calls, as far as its text tells: the first words of its commands."""

from __future__ import annotations

import contextlib
import os
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

from handrail.markdown.api import parse
from handrail.scenario.assets import to_lay_out
from handrail.scenario.reader import Scenario

_HEREDOC = re.compile(r"<<-?\s*(['\"]?)([A-Za-z_]\w*)\1")
_PROGRAM = re.compile(r"[A-Za-z][\w.+-]*[a-z][\w.+-]*|[a-z]")
_ASSIGNMENT = re.compile(r"\w+\+?=")
_DEFINED = re.compile(r"(?:^|[;&]|function)[ \t]*([\w-]+)[ \t]*\(\)|\balias[ \t]+([\w-]+)=", re.MULTILINE)
# What a command may stand behind on its line.
_GOES_ON = frozenset({"do", "then", "else", "!", "{", "sudo", "exec", "time", "nohup", "env", "if", "while", "until"})
_MOST_BYTES = 1 << 20
_SHELLS = frozenset({"", "bash", "sh", "shell", "console", "text"})


def called(scenario: Scenario) -> dict[str, str]:
    """Each program that blocks and scripts call, with the place of the first call ("step1.md:3"); neither those that
    the scenario defines itself nor those that it lays out."""
    texts = list(_texts(scenario))
    defining = [*(text for _, _, text in texts), *_shell_files(scenario.root)]
    own = {name for text in defining for found in _DEFINED.findall(text) for name in found if name}
    own |= {file.source.name for file in to_lay_out(scenario).files}
    found: dict[str, str] = {}
    for path, first, text in texts:
        for number, name in _first_words(text):
            if name not in own:
                found.setdefault(name, f"{path}:{first + number}")
    return found


def _shell_files(root: Path) -> Iterator[str]:
    """The texts of the scripts in the scenario's folder: what is sourced defines functions."""
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if not name.startswith(".") and name != "node_modules"]
        for name in names:
            if name.endswith((".sh", ".bash")):
                with contextlib.suppress(OSError):
                    yield Path(folder, name).read_bytes()[:_MOST_BYTES].decode(errors="replace")


def _texts(scenario: Scenario) -> Iterator[tuple[str, int, str]]:
    """(path, number of its first line, text) of what is run, page by page."""
    root = scenario.root.resolve()
    for page in scenario.pages:
        for script in (page.foreground, page.background, page.verify):
            if script is not None and script.suffix in ("", ".sh", ".bash"):
                yield str(script.relative_to(root)), 1, scenario.read(script)
        if page.text is not None:
            for block in parse(scenario.read(page.text), page.id).blocks:
                if block.action == "execute" and block.language in _SHELLS and block.directives.skip is None:
                    yield str(page.text.relative_to(root)), block.line + ("\n" in block.text.strip()), block.text


def _first_words(text: str) -> Iterator[tuple[int, str]]:
    """(line from 0, first word) of each command. A line that cannot be divided into words is passed over."""
    end = ""
    for number, line in enumerate(text.splitlines()):
        if end:
            end = "" if line.strip() == end else end
            continue
        end = found[2] if (found := _HEREDOC.search(line)) and "<<<" not in line else ""
        lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
        lexer.whitespace_split = True
        try:
            words = list(lexer)
        except ValueError:
            continue
        begins, before = True, ""
        for word in words:
            if not word.strip(";|&("):
                begins = not before.endswith("=")  # else the words of an array
            elif begins and not (word in _GOES_ON or _ASSIGNMENT.match(word)):
                begins = False
                if _PROGRAM.fullmatch(word):
                    yield number, word
            before = word
