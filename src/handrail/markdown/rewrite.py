"""Changes the `{{…}}` of a page in its source text, and nothing else on it but line ends."""

from collections.abc import Callable

from handrail.markdown.actions import Braces, find
from handrail.markdown.lines import unix
from handrail.markdown.parser import Parsed


def braces(text: str, parsed: Parsed, translate: Callable[[Braces], str]) -> str:
    """`text` with each pair of braces that counts replaced by what `translate` makes of it.

    Blanks before the braces go, and line ends become Unix ones. `parsed` must come from `text`.
    """
    lines = unix(text).split("\n")
    places = zip(parsed.braces[::2], parsed.braces[1::2], strict=True)
    for number, column in sorted(places, reverse=True):
        line = lines[number]
        found = find(line, column)
        if found:
            lines[number] = line[:column] + translate(found) + line[found.end :]
    return "\n".join(lines)
