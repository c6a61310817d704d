"""Changes the `{{…}}` of a page in its source text, and nothing else on it."""

from collections.abc import Callable

from handrail.actions import Braces
from handrail.page_parser import Parsed


def braces(text: str, parsed: Parsed, translate: Callable[[Braces], str]) -> str:
    """`text` with each pair of braces that counts replaced by what `translate` makes of it.

    Blanks before the braces go. `parsed` must come from `text`.
    """
    lines = text.split("\n")
    done: dict[int, int] = {}
    for number, found in parsed.braces:
        line = lines[number - 1]
        at = _find(line, found, done.get(number, 0))
        if at < 0:
            continue
        new = translate(found)
        start = len(line[:at].rstrip(" \t")) if found.spaced else at
        lines[number - 1] = line[:start] + new + line[at + len(found.raw) :]
        done[number] = start + len(new)
    return "\n".join(lines)


def _find(line: str, found: Braces, since: int) -> int:
    """Where on the line these braces stand: right after a backtick or tilde, or after the blanks they had."""
    first = at = line.find(found.raw, since)
    while at >= 0:
        before = line[:at].rstrip(" \t") if found.spaced else line[:at]
        if before.endswith(("`", "~")):
            return at
        at = line.find(found.raw, at + 1)
    return first
