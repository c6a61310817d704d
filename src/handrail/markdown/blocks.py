"""What a page has to click: commands, texts to copy, files to open or to change."""

from dataclasses import dataclass, field
from typing import Literal

Action = Literal["execute", "copy", "open", "file"]


@dataclass(frozen=True, slots=True)
class Directives:
    """What a `<!-- handrail: … -->` before a block asks of the runner; None where it says nothing."""

    timeout: float | None = None
    """Seconds."""
    expect: int | Literal["any", "typed"] | None = None
    """Exit status the block must end with; "typed": it is meant for the program that runs."""
    skip: str | None = None
    """Why the runner leaves the block out."""
    only_looks: bool = False
    """Whether it changes nothing, so that no check can notice when it is left out (`mutate=no`)."""
    output_varies: bool = False
    """Whether what it prints is left out of the comparison with what was recorded (`output=no`)."""


@dataclass(frozen=True, slots=True)
class Block:
    """Something on a page that can be clicked. `text` is exact: what is typed, copied, opened or written."""

    id: str
    line: int
    text: str
    action: Action
    terminal: str | None = None
    """"T2", or the name of a terminal; None for the current one."""
    host: str | None = None
    interrupt: bool = False
    ctrl_seq: bool = False
    newline: bool = True
    language: str = ""
    filename: str | None = None
    """For "file": which file, relative to the editor's root."""
    target: Literal["replace", "append", "prepend", "insert"] | None = None
    marker: str | None = None
    """For "insert": the text in the file that is replaced."""
    directives: Directives = field(default_factory=Directives)
    inline: bool = False
