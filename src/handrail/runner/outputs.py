"""What the blocks of a page print, kept beside the page in a text file that is read in reviews.

    # What the blocks of step1.md print. handrail test --record writes it, handrail test --compare compares it.

    $ for name in a b
    > do echo $name; done
        a
        b

Commands stand at the left, what they print is indented by four blanks. `masks.py` has what is not compared.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from handrail.atomic_write import write_atomically
from handrail.runner.masks import Masks
from handrail.scenario.reader import Page, Scenario
from handrail.session.check import plain
from handrail.terminal.shell_marks import command_output

Mode = Literal["record", "compare"]

_INDENT = "    "
_MOST_LINES = 200
_MOST_DIFFERENCES = 60
# When bash says that a job has ended is a matter of chance.
_JOB_ENDED = re.compile(r"\[\d+\][+ -]? +(?:Done|Exit|Terminated|Killed|Hangup)\b")
_BLANKS = re.compile(r"(?<=\S)[ \t]{2,}")


@dataclass(frozen=True)
class Printed:
    """One block: its commands, and what they printed, masked."""

    commands: str
    output: str


class Outputs:
    """What the blocks of one run print, page by page; `mode` says what for."""

    def __init__(self, scenario: Scenario, mode: Mode, home: str) -> None:
        """Raises BadMask."""
        self.mode = mode
        self._root = scenario.root.resolve()
        given = scenario.extra.get("output")
        options = given if isinstance(given, dict) else {}
        self.fails = options.get("drift") != "warning"
        """Whether what differs fails the test; else it is a warning."""
        self._masks = Masks.of(options.get("masks"), {home: "~", str(scenario.root): "$SCENARIO_DIR"})
        self._printed: dict[str, list[Printed]] = {}

    def take(self, page: Page, commands: str, raw: bytes) -> None:
        """Keep what a block printed; `raw`: what its terminal showed from its beginning to its end."""
        printed = plain(command_output(raw)).splitlines()
        lines = [line.rstrip() for line in printed if not _JOB_ENDED.match(line)]
        if len(lines) > _MOST_LINES:
            lines = [f"… {len(lines) - _MOST_LINES} lines more …", *lines[-_MOST_LINES:]]
        output = self._masks.apply("\n".join(lines).strip("\n"))
        self._printed.setdefault(page.id, []).append(Printed(commands.strip("\n"), output))

    def file(self, page: Page) -> Path:
        """The file beside the page."""
        assert page.text is not None
        return page.text.with_suffix(".output.txt")

    def name(self, page: Page) -> str:
        """The file as people write it, below the scenario's folder."""
        file = self.file(page)
        return str(file.relative_to(self._root)) if file.is_relative_to(self._root) else str(file)

    def record(self, page: Page) -> bool:
        """Write the page's file, unless it says the same already. Whether it was written. Raises OSError."""
        printed = self._printed.get(page.id, [])
        if self._differences(self._recorded(page), printed):
            write_atomically(self.file(page), _text(page, printed), 0o644)
            return True
        return False

    def compare(self, page: Page) -> str | None:
        """How what was printed differs from the page's file, as a diff; "" when it does not, None without a file.
        Raises OSError."""
        if not self.file(page).exists():
            return None
        return self._differences(self._recorded(page), self._printed.get(page.id, []))

    def _recorded(self, page: Page) -> list[Printed]:
        file = self.file(page)
        text = file.read_text(encoding="utf-8", errors="replace") if file.exists() else ""
        return [Printed(each.commands, self._masks.apply(each.output)) for each in parse(text)]

    def _differences(self, before: list[Printed], now: list[Printed]) -> str:
        if [_squeezed(each) for each in before] == [_squeezed(each) for each in now]:
            return ""
        old, new = ([line for each in printed for line in _lines(each)] for printed in (before, now))
        squeezed = [_BLANKS.sub("  ", line) for line in old], [_BLANKS.sub("  ", line) for line in new]
        lines = list(difflib.unified_diff(*squeezed, n=3, lineterm=""))[2:]  # the names of the files
        more = [f"… and {len(lines) - _MOST_DIFFERENCES} lines more"] if len(lines) > _MOST_DIFFERENCES else []
        return "\n".join([*lines[:_MOST_DIFFERENCES], *more])


def parse(text: str) -> list[Printed]:
    """The blocks of a page's file."""
    found: list[tuple[list[str], list[str]]] = []
    for line in text.splitlines():
        if line.startswith("$ ") or line == "$":
            found.append(([line[2:]], []))
        elif found and (line.startswith("> ") or line == ">"):
            found[-1][0].append(line[2:])
        elif found and not line.startswith("#"):
            found[-1][1].append(line.removeprefix(_INDENT))
    return [Printed("\n".join(commands), "\n".join(output).strip("\n")) for commands, output in found]


def _text(page: Page, printed: list[Printed]) -> str:
    assert page.text is not None
    head = f"# What the blocks of {page.text.name} print. handrail test --record writes it, --compare compares it."
    return "\n".join([head, *(line for each in printed for line in ("", *_lines(each)))]) + "\n"


def _lines(printed: Printed) -> Iterator[str]:
    for number, line in enumerate(printed.commands.split("\n")):
        yield f"{'>' if number else '$'} {line}".rstrip()
    for line in printed.output.split("\n") if printed.output else ():
        yield (_INDENT + line).rstrip()


def _squeezed(printed: Printed) -> Printed:
    """Without what the columns of a table make of another width."""
    return Printed(printed.commands, _BLANKS.sub("  ", printed.output))
