"""The lines of a page by number, and where on them a piece of it stands. Five million lines cost 4 bytes each."""

from array import array
from bisect import bisect_right
from collections.abc import Iterator


def unix(text: str) -> str:
    """`text` without byte order mark; a carriage return, alone or not, ends a line as the parser counts them."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


class Lines:
    """A text with Unix line ends, cut into lines; numbers count from 0, as in `text.split("\\n")`."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts = array("I", _starts(text))
        self._last = (-1, "")
        self._found = (-1, 0)

    def __len__(self) -> int:
        return len(self._starts)

    def __getitem__(self, number: int) -> str:
        # The same line is asked for again and again, and may hold the whole page.
        if self._last[0] != number:
            begin = self._starts[number]
            end = self._starts[number + 1] - 1 if number + 1 < len(self._starts) else len(self._text)
            self._last = (number, self._text[begin:end])
        return self._last[1]

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column, from 1, of a character offset."""
        number = bisect_right(self._starts, offset)
        return number, offset - self._starts[number - 1] + 1

    def find(self, number: int, part: str, *, cell: bool) -> int | None:
        """Column from 0 of `part` on a line: at its end, or (of a table's cell) after what was found there before."""
        whole, part = self[number], part.rstrip()
        at = len(whole.rstrip()) - len(part)
        if cell or at < 0 or not whole.startswith(part, at):
            # Cells come one after the other; a heading may have hashes after it.
            at = whole.find(part, self._found[1] if self._found[0] == number else 0)
            if at < 0:
                return None
        self._found = (number, at + len(part))
        return at


def _starts(text: str) -> Iterator[int]:
    at = 0
    while at >= 0:
        yield at
        at = text.find("\n", at) + 1 or -1


class Paragraph:
    """Where the offsets of an inline text stand on its page. They must be asked for in order."""

    def __init__(self, lines: Lines, content: str, first: int, *, cell: bool) -> None:
        """`first`: the number of its first line, from 0; `cell`: it is a table's cell."""
        self._lines, self._content, self._cell = lines, content, cell
        self._number, self._begin = first, 0
        self._end = self._line_end()
        self._column: int | None = None
        self._known = False

    def line(self, offset: int) -> int:
        """The line, from 0, of the character at `offset`."""
        while offset > self._end:
            self._number, self._begin = self._number + 1, self._end + 1
            self._end = self._line_end()
            self._known = False
        return self._number

    def column(self, offset: int) -> int | None:
        """The column, from 0, of the character at `offset`; None where the page says it in other characters."""
        number = self.line(offset)
        if not self._known:
            part = self._content[self._begin : self._end]
            self._column = self._lines.find(number, part, cell=self._cell) if number < len(self._lines) else None
            self._known = True
        return None if self._column is None else self._column + offset - self._begin

    def _line_end(self) -> int:
        end = self._content.find("\n", self._begin)
        return len(self._content) if end < 0 else end
