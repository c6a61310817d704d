"""Rules about foreground scripts, which run in the learner's own shell."""

import os
import re
from collections.abc import Iterator

from handrail.lint.context import Context, Script
from handrail.lint.shell_syntax import is_for_shell
from handrail.problems import Problem

_WAIT = re.compile(
    r"(?:!\s+-[fed]\s+|until\s+(?:test|\[\[?)\s+-[fed]\s+|!\s+test\s+-[fed]\s+)([\"']?)"
    r"((?:~|\$HOME|\$\{HOME\})?/[^\s\"';\])]+)\1"
)
_LOOP = re.compile(r"\b(?:while|until)\b")
_MADE_BY_PLATFORM = (
    "/opt/katacoda-background-finished",
    "/root/katacoda-background-finished",
    "/root/katacoda-finished",
)
_SET_E = re.compile(r"set[ \t]+-(?:\w*e\w*\b|o[ \t]+errexit\b)")
_NO_SET_E = re.compile(r"set[ \t]+\+(?:\w*e\w*\b|o[ \t]+errexit\b)")
_EXIT = re.compile(r"exit(?:[ \t]+[\w$?\"{}]+)?[ \t]*(?=$|[;&|}#])")
_BEFORE = re.compile(r"(?:^|[;&|{]|\bthen|\bdo|\belse)[ \t]*$")
"""What may stand before a command on its line; `(` begins a subshell, which `exit` ends alone."""
_HEREDOC = re.compile(r"<<-?\s*(['\"]?)([A-Za-z_]\w{0,30})\1")
_INTERACTIVE = re.compile(
    r"\s*(?:exec\s+)?(?:sudo\s+(?:-\w+\s+)*)?(?:(?:python[23]?|ipython|node|irb|ghci|jshell|bash|sh|zsh)"
    r"(?:\s+-[il-]\w*)*|(?:su|ssh|mysql|psql|mongo|mongosh|sqlite3|redis-cli|cqlsh)(?:\s+[\w@.:/=$-]+)*)\s*"
)
"""A program that reads what is typed after it: an interpreter, another shell, the client of a database."""
_READS_FROM_ARGUMENTS = re.compile(r"\s-(?:c|e|-command|-execute|-eval)\b")


def ends_shell(context: Context) -> Iterator[Problem]:
    """`exit`, and the first `set -e` that is not taken back, outside of functions' callers, subshells and quotes."""
    for script in context.scripts:
        if script.role != "foreground" or not is_for_shell(script.path, script.text):
            continue
        stop = interactive_line(script)
        set_e = None
        for number, line in _shell_lines(script.text):
            if stop and number > stop:
                break
            if _NO_SET_E.search(line):
                set_e = None
            elif set_e is None and (column := _command_at(line, _SET_E)):
                set_e = (number, column)
            if column := _command_at(line, _EXIT):
                yield Problem.of("foreground-ends-shell", script.path, number, column, "exit")
        if set_e:
            yield Problem.of("foreground-ends-shell", script.path, *set_e, "set_e")


def interactive_line(script: Script) -> int:
    """The line, from 1, on which a foreground script starts a program that the rest of it is typed into; else 0."""
    if script.role != "foreground":
        return 0
    for number, line in _shell_lines(script.text):
        if _INTERACTIVE.fullmatch(line) and not _READS_FROM_ARGUMENTS.search(line):
            return number
    return 0


def _command_at(line: str, command: re.Pattern[str]) -> int:
    """The column, from 1, of the command where it is run; 0 when it is not."""
    for match in command.finditer(line):
        before = line[: match.start()]
        is_quoted = before.count("'") % 2 or before.count('"') % 2
        if not is_quoted and _BEFORE.search(before) and before.count("(") <= before.count(")"):
            return match.start() + 1
    return 0


def _shell_lines(text: str) -> Iterator[tuple[int, str]]:
    """(number, text without its comment) of the lines that are commands: not those of a here-document or subshell."""
    delimiter = ""
    subshell = False
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), 1):
        stripped = line.strip()
        if delimiter or subshell:
            delimiter = "" if stripped == delimiter else delimiter
            subshell = subshell and not stripped.startswith(")")
            continue
        subshell = stripped == "("
        found = _HEREDOC.search(line)
        delimiter = found[2] if found and "<<<" not in line else ""
        if not stripped.startswith("#"):
            yield number, line.partition(" #")[0]


def waits_forever(context: Context) -> Iterator[Problem]:
    """A foreground script that waits for a file which no background script, asset or page makes."""
    makers: list[str] | None = None
    for script in context.scripts:
        if script.role != "foreground" or not _LOOP.search(script.text):
            continue
        for number, line in enumerate(script.text.split("\n"), 1):
            match = _WAIT.search(line)
            if match is None:
                continue
            if makers is None:
                makers = _makers(context)
            if not _is_made(context, script, match[2], makers):
                column = match.start(2) + 1
                yield Problem.of("foreground-waits-forever", script.path, number, column, file=match[2])


def _makers(context: Context) -> list[str]:
    texts = [script.text for script in context.scripts if script.role in ("background", "verify")]
    for file in context.assets.files:
        if file.source.suffix in (".sh", ".py", ".service", "") and file.source.stat().st_size < 200_000:
            texts.append(file.source.read_text("utf-8", "replace"))
    return texts


def _is_made(context: Context, script: Script, path: str, makers: list[str]) -> bool:
    if path in _MADE_BY_PLATFORM or any(path in text for text in makers):
        return True
    name = os.path.basename(path)
    # What lies in the home folder has many names: ~/x, $HOME/x, /root/x, and x.
    if not path.startswith("/") and any(name in text for text in makers):
        return True
    if any(os.path.basename(file.target) == name for file in context.assets.files):
        return True
    # Made by the script itself before it waits.
    return script.text.find(path) < script.text.find("while") if "while" in script.text else False
