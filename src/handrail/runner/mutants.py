"""What `handrail test --mutate` does otherwise than a page says, one thing at a time."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from handrail.markdown.api import Block
from handrail.runner.plan import Item
from handrail.runner.read_only import only_reads

Change = Literal["left out", "without its last line"]
_LAST_LINE = re.compile(r"[^\n]*\S[^\n]*\n*\Z")


@dataclass(frozen=True)
class Mutant:
    """One block that is left out, or one file that is written without its last line."""

    item: Item
    change: Change

    def instead_of(self, block: Block) -> Block | None:
        """What is done in the place of the item's block; None when nothing is."""
        return None if self.change == "left out" else replace(block, text=_LAST_LINE.sub("", block.text))


def mutants(items: Iterable[Item]) -> Iterator[Mutant]:
    """Those of the items of a plan. A block that only looks has none: by what it types, or by `mutate=no`."""
    for item in items:
        block = item.block
        if block is None or block.directives.skip is not None or _only_looks(block):
            continue
        yield Mutant(item, "left out")
        if block.action == "file" and _LAST_LINE.sub("", block.text).strip():
            yield Mutant(item, "without its last line")


def _only_looks(block: Block) -> bool:
    # A Ctrl-C before it ends what ran in the terminal.
    is_typed_alone = block.action == "execute" and not block.interrupt and block.directives.expect != "typed"
    return block.directives.only_looks or (is_typed_alone and only_reads(block.text))
