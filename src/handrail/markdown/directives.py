"""`<!-- handrail: timeout=600 expect=1 skip="needs a GPU" -->` before a block: what the runner is to know.

Other players show nothing of a comment, so a page stays the same for them.
"""

import shlex
from typing import Literal

from handrail.markdown.blocks import Directives

_PREFIX = "handrail:"

DIRECTIVES = {
    "timeout=SECONDS": "the block may take so long, and be silent so long; without it 1800 s in all and 120 s without "
    "output",
    "expect=STATUS": "the exit status that it must end with, whatever its commands before the last one ended with; "
    "without it, each of its commands must end with 0",
    "expect=any": "it may end with any status",
    "expect=typed": "it is meant for the program that runs, and may be typed into it",
    'skip="REASON"': "leave the block out, and say why",
    "mutate=no": "it only looks, or nothing after it needs what it does: `--mutate` goes without it",
    "output=no": "what it prints is neither recorded nor compared",
}
"""Every directive, and what it says."""


def parse_comment(comment: str) -> tuple[Directives, list[str] | None] | None:
    """(directives, words not understood) of an HTML comment; None when it is not addressed to handrail.

    The words are None when a quote is not closed, so that nothing of the comment can be understood.
    """
    text = comment.strip()
    if not text.startswith("<!--") or not text.endswith("-->"):
        return None
    inner = text[4:-3].strip()
    if not inner.startswith(_PREFIX):
        return None
    try:
        words = shlex.split(inner[len(_PREFIX) :])
    except ValueError:
        return Directives(), None
    timeout: float | None = None
    expect: int | Literal["any", "typed"] | None = None
    skip: str | None = None
    only_looks = output_varies = False
    wrong = []
    for word in words:
        key, _, value = word.partition("=")
        if key == "timeout" and _is_number(value):
            timeout = float(value)
        elif key == "expect" and value in ("any", "typed"):
            expect = "any" if value == "any" else "typed"
        elif key == "expect" and value.isascii() and value.isdigit() and len(value) < 4:
            expect = int(value)
        elif key == "skip":
            skip = value or "the author says so"
        elif word == "mutate=no":
            only_looks = True
        elif word == "output=no":
            output_varies = True
        else:
            wrong.append(word)
    return Directives(timeout, expect, skip, only_looks, output_varies), wrong


def _is_number(value: str) -> bool:
    return len(value) < 10 and value.isascii() and value.replace(".", "", 1).isdigit()
