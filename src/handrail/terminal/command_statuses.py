"""Which status each command of a block had, from the shell's marks.

Bash prints a C mark before each command of a paste, with the status of the command before and the number of the line
that it has read last (`bashrc`). What stands on one line (`a; b`, `a | b`) is one command to it, and so is a loop.
"""

from __future__ import annotations

from dataclasses import dataclass

from handrail.terminal.shell_marks import Mark

_LONGEST = 80  # characters of a command's text


@dataclass(frozen=True)
class Command:
    """A command of a block. text: its first line, shortened; "" where the shell does not say which it was."""

    status: int
    text: str = ""


class CommandStatuses:
    """Follows the marks of one shell."""

    def __init__(self) -> None:
        self._line_of_prompt: int | None = None
        self._text = ""
        self._lines: list[int | None] = []
        """The last line of each command of the block, from 1 for the block's first."""
        self._statuses: list[int] = []
        self._awaits_first = self._is_over = False

    def begin(self, text: str) -> None:
        """A block with this text was sent."""
        self._text, self._lines, self._statuses = text, [], []
        self._awaits_first, self._is_over = True, False

    def stop(self) -> None:
        """The next command is not the block's."""
        self._is_over = True

    def feed(self, mark: Mark) -> None:
        """The shell has printed this mark."""
        if mark.kind == "B" and not self._awaits_first:  # else the prompt drawn again around a long paste
            self._line_of_prompt = mark.line
        elif mark.kind == "C" and not self._is_over:
            self._awaits_first = False
            if self._lines:
                self._statuses.append(mark.status or 0)
            known = mark.line is not None and self._line_of_prompt is not None
            self._lines.append(mark.line - self._line_of_prompt if known else None)  # type: ignore[operator]

    def end(self, status: int) -> tuple[Command, ...]:
        """Each command of the block, which has ended with this status."""
        self._is_over, self._awaits_first = True, False
        if not self._lines:
            return ()
        return tuple(map(Command, [*self._statuses, status], self._texts()))

    def _texts(self) -> list[str]:
        source = self._text.splitlines()
        ends = [each or 0 for each in self._lines]
        starts = [0, *ends[:-1]]
        if not all(start < end <= len(source) for start, end in zip(starts, ends, strict=True)):
            return [""] * len(ends)  # somebody has set LINENO
        return [_first_line(source[start:end]) for start, end in zip(starts, ends, strict=True)]


def _first_line(lines: list[str]) -> str:
    told = [line for line in lines if line.strip() and not line.lstrip().startswith("#")]
    text = told[0].strip() if told else ""
    return text if len(text) <= _LONGEST and len(told) == 1 else text[:_LONGEST].rstrip() + " …"
