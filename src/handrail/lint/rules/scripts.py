"""Rules about the scripts that the index names."""

import os
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

from handrail.lint.context import Context
from handrail.lint.rules.foreground import interactive_line
from handrail.problems import Problem
from handrail.scenario.safe_paths import SCRIPT_LIMIT
from handrail.scenario.verify import prints_done

_CAN_FAIL = re.compile(r"\bexit\s+(?:[1-9]|\$)|\bfalse\b|\breturn\s+[1-9]|\bset\s+-\w*e|\bexit\s*$", re.MULTILINE)


def script_crlf(context: Context) -> Iterator[Problem]:
    """`bash -n` accepts it; the carriage return then stands in every argument and path."""
    seen = set()
    for script in context.scripts:
        if script.crlf and script.path not in seen:
            seen.add(script.path)
            line = script.text[: script.text.find("\r\n")].count("\n") + 1
            column = script.text.split("\n", line)[line - 1].find("\r") + 1
            yield Problem.of("script-crlf", script.path, line, column)
    for file in context.assets.files:
        if file.path not in seen and (line := _crlf_line(file.source)):
            seen.add(file.path)
            yield Problem.of("script-crlf", file.path, line, case="asset")


def _crlf_line(asset: Path) -> int:
    """The first line with a Windows end of an asset that says by `#!` that it is a script; 0 when there is none."""
    try:
        with asset.open("rb") as stream:
            data = stream.read(2)
            data += stream.read(SCRIPT_LIMIT) if data == b"#!" else b""
    except OSError:
        return 0
    at = data.find(b"\r\n") if data.startswith(b"#!") and b"\0" not in data else -1
    return data.count(b"\n", 0, at) + 1 if at >= 0 else 0


def script_syntax(context: Context) -> Iterator[Problem]:
    """A slip such as a missing `fi` lets a check fail whatever the learner does."""
    interactive = {script.path: line for script in context.scripts if (line := interactive_line(script))}
    for path, (line, reason) in context.syntax.errors().items():
        if interactive.get(path, line) < line:
            continue  # What follows is typed into the program that was started there.
        script = shlex.quote(os.path.basename(path))
        yield Problem.of("script-syntax", path, line, reason=reason.rstrip("."), script=script)


def verify_exits_0(context: Context) -> Iterator[Problem]:
    """A check in Katacoda's way prints `done`; where the exit status counts, it must also fail when it does not.

    A heuristic on the last line: 57 % of the public checks that print `done` look as if they always exit 0.
    """
    for script in context.scripts:
        if script.role != "verify" or _CAN_FAIL.search(script.text):
            continue
        last = _last_command(script.text)
        number = script.text.rstrip().count("\n") + 1
        strict = context.is_killercoda or not prints_done(script.text)
        if not (_always_succeeds(last) or (strict and _has_excuse(last))):
            continue
        yield Problem.of("verify-exits-0-on-failure", script.path, number, case="strict" if strict else "")


def _always_succeeds(command: str) -> bool:
    always = command in ("fi", "done", "esac", "exit 0", "true", ":") or command.startswith(("echo ", "printf "))
    return always and "&&" not in command and "||" not in command


def _has_excuse(command: str) -> bool:
    """Whether it is `… || echo …`, or the like: what is said in place of the failure succeeds."""
    before, _, instead = command.rpartition("||")
    is_code = all(instead.count(quote) % 2 == 0 for quote in "\"'")
    return bool(before) and is_code and not re.search(r"[;&|]", instead) and _always_succeeds(instead.strip())


def _last_command(text: str) -> str:
    """The last command with the lines before it that it goes on from: after `&&`, `||`, `|` or a backslash."""
    last = ""
    for line in reversed(text.splitlines()):
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        if last and not stripped.endswith(("&&", "||", "|", "\\")):
            break
        last = f"{stripped.removesuffix(chr(92)).rstrip()} {last}".strip()
    return last
