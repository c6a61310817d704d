"""Changes the `{{…}}` of a page in its source text, and nothing else on it but line ends."""

from collections.abc import Callable

from handrail.actions import Braces
from handrail.page_parser import Parsed, lines


def braces(text: str, parsed: Parsed, translate: Callable[[Braces], str]) -> str:
    """`text` with each pair of braces that counts replaced by what `translate` makes of it.

    Blanks before the braces go, and line ends become Unix ones. `parsed` must come from `text`.
    """
    changed = lines(text)
    for number, column, found in sorted(parsed.braces, key=lambda item: item[:2], reverse=True):
        line = changed[number - 1]
        before = line[:column].rstrip(" \t") if found.spaced else line[:column]
        changed[number - 1] = before + translate(found) + line[column + len(found.raw) :]
    return "\n".join(changed)
