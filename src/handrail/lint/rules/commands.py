"""Rules about the commands that a page runs."""

import re
from collections.abc import Iterator

from handrail.lint.context import Context, PageFile
from handrail.markdown.api import Block
from handrail.problems import Problem

_ODD = {
    "\u00a0": "a no-break space",
    "\u2007": "a figure space",
    "\u202f": "a narrow no-break space",
    "\u200b": "a zero-width space",
    "\u201c": "a typographic quote",
    "\u201d": "a typographic quote",
    "\u2018": "a typographic quote",
    "\u2019": "a typographic quote",
    "\u2013": "a dash that is not a minus",
}
_ODD_OR_TAB = re.compile("[" + "".join(_ODD) + "\t]")
_HEREDOC = re.compile(r"<<(-?)\s*(['\"]?)([A-Za-z_]\w{0,30})\2")
_PLACEHOLDER = re.compile(r"<([A-Za-z][A-Za-z0-9]*(?:[-_ ][A-Za-z0-9]+)*)>")
_SHELLS = frozenset({"", "bash", "sh", "shell", "console", "plain", "text", "terminal"})


def odd_character(context: Context) -> Iterator[Problem]:
    """A word processor's quotes and blanks are text to a shell; a tab outside a here-document asks for completion."""
    for file, _, number, line, heredoc in _command_lines(context):
        for match in _ODD_OR_TAB.finditer(line):
            if match[0] == "\t" and heredoc:
                continue
            name = _ODD.get(match[0], "a tab, which completes file names when it is typed")
            yield _problem(
                "command-odd-character",
                file,
                number,
                match[0],
                f"The command holds {name}.",
                "Write plain quotes, blanks and minus signs.",
            )
            break


def placeholder(context: Context) -> Iterator[Problem]:
    """`<your-name>` is a redirection to a shell."""
    for file, block, number, line, heredoc in _command_lines(context):
        if block.language not in _SHELLS or heredoc or "<" not in line or "<<<" in line:
            continue
        for match in _unquoted(_PLACEHOLDER, line):
            yield _problem(
                "command-placeholder",
                file,
                number,
                match[0],
                f"The command holds the placeholder {match[0]}, which a shell reads as a redirection.",
                "Write a value or a variable, or make the block {{copy}}.",
            )


def heredoc_indented(context: Context) -> Iterator[Problem]:
    """`<<EOF` ends at `EOF` in the first column, and nowhere else."""
    for file in context.pages:
        for block in file.scanned.blocks:
            if block.action == "execute" and "<<" in block.text:
                yield from _heredocs(file, block)


def _heredocs(file: PageFile, block: Block) -> Iterator[Problem]:
    lines = block.text.split("\n")
    number = 0
    # A delimiter that was not found once is not there further down either.
    endless: set[str] = set()
    while number < len(lines):
        match = _HEREDOC.search(lines[number])
        number += 1
        if match is None or match[1] or match[3] in endless:
            continue
        word = match[3]
        indented = None
        for at in range(number, len(lines)):
            if lines[at] == word:
                number = at + 1
                indented = None
                break
            if indented is None and lines[at].strip() == word:
                indented = at
        else:
            endless.add(word)
        if indented is not None:
            number = indented + 1
            yield _problem(
                "heredoc-indented",
                file,
                block.line + (0 if block.inline else 1) + indented,
                word,
                f"The delimiter {word} is indented, so the here-document never ends.",
                f"Move it to the first column, or write <<-{word} and indent with tabs.",
            )


def _command_lines(context: Context) -> Iterator[tuple[PageFile, Block, int, str, bool]]:
    """(page, block, line, its text, has the block a here-document) of each line that is typed."""
    for file in context.pages:
        for block in file.scanned.blocks:
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


def _problem(code: str, file: PageFile, line: int, wanted: str, message: str, remedy: str) -> Problem:
    source = file.lines[line - 1] if 0 < line <= len(file.lines) else ""
    return Problem(code, "warning", file.path, line, max(source.find(wanted), 0) + 1, message, remedy)
