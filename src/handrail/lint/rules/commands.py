"""Rules about the commands that a page runs."""

import re
from collections.abc import Iterator

from handrail.lint.context import Context, PageFile
from handrail.lint.shell_syntax import is_for_shell
from handrail.markdown.api import Block
from handrail.problems import Problem
from handrail.problems.catalogue import CATALOGUE

_ODD = re.compile("[" + "".join(CATALOGUE["command-odd-character"].texts) + "]")
_HEREDOC = re.compile(r"<<(-?)\s*(['\"]?)([A-Za-z_]\w{0,30})\2")
_PROMPT = re.compile(r"\s{0,8}(\$>?|[\w.-]{1,40}@[\w.-]{1,60}[: ][^\s$#]{0,60} ?[$#])[ \t]+\S")
_KEY = re.compile(
    r"<(?:(?:c|s|a|m|d|ctrl|control|shift|alt|meta|cmd)[-+ ]\w+|esc(?:ape)?|cr|nl|enter|return|tab|space|bs|backspace|"
    r"del(?:ete)?|ins(?:ert)?|up|down|left|right|home|end|pageup|pagedown|leader|f\d{1,2})>",
    re.IGNORECASE,
)
"""Keys as vim and its like write them: they are typed into a program, not into a shell."""
_PLACEHOLDER = re.compile(r"<([A-Za-z][A-Za-z0-9]*(?:[-_ ][A-Za-z0-9]+)*)>")
_SHELLS = frozenset({"", "bash", "sh", "shell", "console", "plain", "text", "terminal"})


def odd_character(context: Context) -> Iterator[Problem]:
    """A word processor's quotes and blanks are text to a shell; a tab outside a here-document asks for completion."""
    for file, _, number, line, heredoc in _command_lines(context):
        for match in _ODD.finditer(line):
            if match[0] == "\t" and heredoc:
                continue
            yield _problem("command-odd-character", file, number, match[0], case=match[0])
            break


def placeholder(context: Context) -> Iterator[Problem]:
    """`<your-name>` is a redirection to a shell."""
    for file, block, number, line, heredoc in _command_lines(context):
        if block.language not in _SHELLS or heredoc or "<" not in line or "<<<" in line:
            continue
        for match in _unquoted(_PLACEHOLDER, line):
            if _KEY.fullmatch(match[0]):
                continue
            yield _problem("command-placeholder", file, number, match[0], placeholder=match[0])


def prompt(context: Context) -> Iterator[Problem]:
    """`$ ls` runs `$`. Not in a here-document, nor in the language of a program that was started before."""
    for file, block, number, line, heredoc in _command_lines(context):
        if block.language in _SHELLS and not heredoc and (match := _PROMPT.match(line)):
            yield _problem("command-prompt", file, number, match[1], prompt=match[1])


def heredoc_indented(context: Context) -> Iterator[Problem]:
    """`<<EOF` ends at `EOF` in the first column, `<<-EOF` also after tabs; neither after blanks."""
    for file in context.pages:
        for block in file.parsed.blocks:
            if block.action == "execute" and "<<" in block.text:
                first = block.line + (0 if block.inline else 1)
                for number, word, case in _endless(block.text.split("\n")):
                    yield _problem("heredoc-indented", file, first + number, word, case, word=word)
    for script in context.scripts:
        if "<<" in script.text and is_for_shell(script.path, script.text):
            lines = script.text.replace("\r\n", "\n").split("\n")
            for number, word, case in _endless(lines):
                column = lines[number].find(word) + 1
                yield Problem.of("heredoc-indented", script.path, number + 1, column, case, word=word)


def _endless(lines: list[str]) -> Iterator[tuple[int, str, str]]:
    """(number, word, case of the problem) of the delimiters that end no here-document because they are indented."""
    number = 0
    # A delimiter that was not found once is not there further down either.
    missing: set[tuple[str, str]] = set()
    while number < len(lines):
        match = _HEREDOC.search(lines[number])
        number += 1
        if match is None or (match[1], match[3]) in missing:
            continue
        dash, word = match[1], match[3]
        indented = None
        for at in range(number, len(lines)):
            if (lines[at].lstrip("\t") if dash else lines[at]) == word:
                number = at + 1
                indented = None
                break
            if indented is None and lines[at].strip() == word:
                indented = at
        else:
            missing.add((dash, word))
        if indented is not None:
            number = indented + 1
            yield indented, word, "blanks" if dash else ""


def _command_lines(context: Context) -> Iterator[tuple[PageFile, Block, int, str, bool]]:
    """(page, block, line, its text, has the block a here-document) of each line that is typed."""
    for file in context.pages:
        for block in file.parsed.blocks:
            if block.action == "execute" and not block.ctrl_seq:
                first = block.line if block.inline else block.line + 1
                heredoc = "<<" in block.text and _HEREDOC.search(block.text) is not None
                for number, line in enumerate(block.text.split("\n"), first):
                    yield file, block, number, line, heredoc


def _unquoted(pattern: re.Pattern[str], line: str) -> Iterator[re.Match[str]]:
    """The matches before which stands an even number of quotes of either kind."""
    counted = single = double = 0
    for match in pattern.finditer(line):
        single += line.count("'", counted, match.start())
        double += line.count('"', counted, match.start())
        counted = match.start()
        if not single % 2 and not double % 2:
            yield match


def _problem(code: str, file: PageFile, line: int, wanted: str, /, case: str = "", **facts: str) -> Problem:
    """`wanted`: what is looked for on the line, for its column."""
    source = file.lines[line - 1] if 0 < line <= len(file.lines) else ""
    return Problem.of(code, file.path, line, max(source.find(wanted), 0) + 1, case, **facts)
