"""Draws in the terminal what a lesson measured: bars for numbers side by side, a course for numbers over time.

All functions return text of at most the terminal's width, coloured only when standard output is a terminal.
"""
import os
import shutil
import sys

COLOURS = (36, 33, 35, 32, 34)
MARKS = "●▲■◆✚"
EIGHTHS = " ▏▎▍▌▋▊▉"


def coloured(text: str, number: int) -> str:
    """The text in the number-th colour; as it is where colours cannot be shown or are not wanted."""
    if not sys.stdout.isatty() or "NO_COLOR" in os.environ:
        return text
    return f"\x1b[{COLOURS[number % len(COLOURS)]}m{text}\x1b[0m"


def width() -> int:
    return min(shutil.get_terminal_size((80, 24)).columns, 100)


def bar(value: float, top: float, cells: int) -> str:
    """A bar of value/top of the cells, exact to an eighth of a cell."""
    eighths = round(max(0.0, min(value / top, 1.0)) * cells * 8) if top else 0
    return "█" * (eighths // 8) + EIGHTHS[eighths % 8].strip()


def bars(rows: list[tuple[str, float, str]], *, top: float | None = None) -> str:
    """One bar for each (label, value, note); the longest is `top`, or the greatest value."""
    longest = max(len(label) for label, _, _ in rows)
    notes = max(len(note) for _, _, note in rows)
    cells = max(10, width() - longest - notes - 4)
    top = top if top is not None else max(value for _, value, _ in rows)
    return "\n".join(
        f"{label:>{longest}} {coloured(f'{bar(value, top, cells):<{cells}}', number)} {note}"
        for number, (label, value, note) in enumerate(rows)
    )


def signed_bars(rows: list[tuple[str, float, str]]) -> str:
    """Bars to the right of a middle line for positive values and to its left for negative ones."""
    longest = max(len(label) for label, _, _ in rows)
    notes = max(len(note) for _, _, note in rows)
    cells = max(6, (width() - longest - notes - 5) // 2)
    top = max(abs(value) for _, value, _ in rows)
    lines = []
    for label, value, note in rows:
        length = round(abs(value) / top * cells) if top else 0
        left = "█" * length if value < 0 else ""
        right = "█" * length if value > 0 else ""
        lines.append(f"{label:>{longest}} {coloured(f'{left:>{cells}}', 2)}│{coloured(f'{right:<{cells}}', 0)} {note}")
    return "\n".join(lines)


def course(
    series: dict[str, list[float]], *, low: float, high: float, last: float, unit: str = "", rows: int = 12
) -> str:
    """Curves over time: the values of each series are spread evenly from 0 to `last`, drawn between low and high."""
    cells = width() - 8
    grid = [[" "] * cells for _ in range(rows)]
    for number, values in enumerate(series.values()):
        for column in range(cells):
            position = column / max(1, cells - 1) * (len(values) - 1)
            value = values[round(position)]
            share = (min(max(value, low), high) - low) / (high - low)
            grid[rows - 1 - round(share * (rows - 1))][column] = coloured(MARKS[number % len(MARKS)], number)
    lines = []
    for row, line in enumerate(grid):
        level = high - (high - low) * row / (rows - 1)
        tick = f"{level:6.2f}" if row % 3 == 0 or row == rows - 1 else " " * 6
        lines.append(f"{tick} ┤{''.join(line)}")
    lines.append(" " * 7 + "└" + "─" * cells)
    end = f"{last:g} {unit}".rstrip()
    lines.append(" " * 8 + "0" + end.rjust(cells - 1))
    legend = (coloured(f"{MARKS[number % len(MARKS)]} {name}", number) for number, name in enumerate(series))
    lines.append(" " * 8 + "   ".join(legend))
    return "\n".join(lines)
