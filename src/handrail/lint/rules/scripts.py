"""Rules about the scripts that the index names."""

import os
import re
import shlex
from collections.abc import Iterator

from handrail.lint.context import Context, Script
from handrail.problems import Problem
from handrail.scenario.verify import prints_done

_CAN_FAIL = re.compile(r"\bexit\s+(?:[1-9]|\$)|\bfalse\b|\breturn\s+[1-9]|\bset\s+-\w*e|\bexit\s*$", re.MULTILINE)
_WAIT = re.compile(
    r"(?:!\s+-[fed]\s+|until\s+(?:test|\[\[?)\s+-[fed]\s+|!\s+test\s+-[fed]\s+)([\"']?)(/[^\s\"';\])]+)\1"
)
_LOOP = re.compile(r"\b(?:while|until)\b")
_MADE_BY_PLATFORM = (
    "/opt/katacoda-background-finished",
    "/root/katacoda-background-finished",
    "/root/katacoda-finished",
)


def script_crlf(context: Context) -> Iterator[Problem]:
    """`bash -n` accepts it; the carriage return then stands in every argument and path."""
    seen = set()
    for script in context.scripts:
        if script.crlf and script.path not in seen:
            seen.add(script.path)
            line = script.text[: script.text.find("\r\n")].count("\n") + 1
            column = script.text.split("\n", line)[line - 1].find("\r") + 1
            yield Problem.of("script-crlf", script.path, line, column)


def script_syntax(context: Context) -> Iterator[Problem]:
    """A slip such as a missing `fi` lets a check fail whatever the learner does."""
    for path, (line, reason) in context.syntax.errors().items():
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
        always = last in ("fi", "done", "esac", "exit 0", "true", ":") or last.startswith(("echo ", "printf "))
        if not always or "&&" in last:
            continue
        number = script.text.rstrip().count("\n") + 1
        strict = context.is_killercoda or not prints_done(script.text)
        yield Problem.of("verify-exits-0-on-failure", script.path, number, case="strict" if strict else "")


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
    if any(os.path.basename(file.target) == name for file in context.assets.files):
        return True
    # Made by the script itself before it waits.
    return script.text.find(path) < script.text.find("while") if "while" in script.text else False


def _last_command(text: str) -> str:
    for line in reversed(text.splitlines()):
        stripped = line.strip()
        if stripped and not stripped.startswith("#"):
            return stripped
    return ""
