"""Commands that change nothing: to leave one out is no mistake that a check could notice."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

_READS = re.compile(
    r"""(?x)
    (?: cat|head|tail|ls|pwd|echo|printf|e?grep|wc|diff|cmp|cut|tr|nl|stat|file|which|type|whoami|id|uname|df|du|free|ps
      | printenv|tree|jq|column|sleep|true|test
      | kubectl\ (?:get|describe|logs|api-resources|api-versions|explain|version|cluster-info|top|diff|wait)
      | kubectl\ rollout\ (?:status|history)
      | helm\ (?:list|ls|status|history|search|show|version|template)
      | git\ (?:status|log|diff|show|blame)
      | (?:docker|podman)\ (?:ps|images|logs|inspect|version|info|history)
      | python3?\ -m\ json\.tool
    )(?:\ |$)"""
)
_SUBSTITUTION = re.compile(r"\$\(|`")
# Options by which curl sends something, or writes a file.
_CURL_DOES = re.compile(r"-(?!-)\w*[XdFToO]|--(?:data|form|json|request|upload|output|remote)")
# Options by which sort writes a file, or runs a program.
_SORT_WRITES = re.compile(r"-(?!-)\S*o|--(?:o|com)")
# Lines or ranges of lines, printed: other commands of sed write files, or run programs.
_SED_PRINT = r"(?:(?:\d+|\$|/[^/]*/)(?:,(?:\d+|\$|/[^/]*/))?)?p"
_SED_PRINTS = re.compile(rf"{_SED_PRINT}(?:; ?{_SED_PRINT})*")
_PUNCTUATION = "|&;()<>"
_BETWEEN_COMMANDS = frozenset({"|", "||", "&&", ";"})
# What may follow a redirection: nothing is kept, or it goes where the other output goes.
_TARGETS = {">": "/dev/null", ">>": "/dev/null", ">&": "1"}


def only_reads(text: str) -> bool:
    """Whether every command of a block is known to change neither files nor anything that runs. False when in doubt."""
    if _SUBSTITUTION.search(text):
        return False
    try:
        commands = [command for line in text.replace("\\\n", " ").splitlines() for command in _commands(line)]
    except ValueError:
        return False
    return bool(commands) and all(map(_reads, commands))


def _commands(line: str) -> Iterator[list[str]]:
    """The words of each command of a line. ValueError for an open quote, and for what is more than pipelines."""
    words = shlex.shlex(line, posix=True, punctuation_chars=_PUNCTUATION)
    words.whitespace_split = True
    command: list[str] = []
    for word in words:
        if word in _BETWEEN_COMMANDS:
            yield command
            command = []
        elif word in _TARGETS:
            if next(words, "") != _TARGETS[word]:
                raise ValueError(word)
        elif not word.strip(_PUNCTUATION):
            raise ValueError(word)
        else:
            command.append(word)
    if command:
        yield command


def _reads(command: list[str]) -> bool:
    match command:
        case ["curl", *options]:
            return not any(map(_CURL_DOES.match, options))
        case ["sed", "-n", script, *files]:
            return _SED_PRINTS.fullmatch(script) is not None and not any(file.startswith("-") for file in files)
        case ["sort", *options]:
            return not any(map(_SORT_WRITES.match, options))
        case _:
            return _READS.match(" ".join(command)) is not None
