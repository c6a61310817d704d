"""The commands that a failed check offers: what its reason says to do, run at a click like a block of the page.

Only the reason that the check wrote on purpose is read, not its output: what other programs print offers nothing.
The page sends ids; which command an id stands for is known here alone.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from handrail.markdown.api import Block

_TO_DO = re.compile(r"^[ \t]*to do:", re.IGNORECASE | re.MULTILINE)
_COMMAND = re.compile(r"`([^`\n]+)`")


@dataclass(frozen=True)
class Part:
    """A piece of a reason: plain text, or a command and the block that runs it."""

    text: str
    block: Block | None = None


def parts(reason: str, page_id: str) -> tuple[Part, ...]:
    """The reason in pieces; commands stand in backticks on a line that begins with "To do:" or after it."""
    to_do = _TO_DO.search(reason)
    found: list[Part] = []
    at = 0
    for command in _COMMAND.finditer(reason, to_do.end()) if to_do else ():
        text = command[1].strip()
        if not text:
            continue
        # The same command keeps its id over many checks.
        name = hashlib.sha256(text.encode(errors="surrogateescape")).hexdigest()[:12]
        found.append(Part(reason[at : command.start()]))
        found.append(Part(text, Block(f"{page_id}-offer-{name}", 0, text, "execute", inline=True)))
        at = command.end()
    found.append(Part(reason[at:]))
    return tuple(part for part in found if part.text)


class Offers:
    """What the last check of each page offers."""

    def __init__(self) -> None:
        self._blocks: dict[str, dict[str, Block]] = {}

    def keep(self, page_id: str, reason: Iterable[Part]) -> None:
        """Offer these in place of what the page's check offered before."""
        self._blocks[page_id] = {part.block.id: part.block for part in reason if part.block}

    def find(self, block_id: str) -> Block | None:
        """The command offered under this id now."""
        return self._blocks.get(block_id.partition("-")[0], {}).get(block_id)

    def clear(self) -> None:
        """Offer nothing."""
        self._blocks.clear()
