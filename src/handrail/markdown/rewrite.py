"""Changes the `{{…}}` of a page in its source text, and nothing else on it but line ends."""

from collections.abc import Callable

from handrail.markdown.actions import Braces, find
from handrail.markdown.lines import unix
from handrail.markdown.scan import Scanned


def braces(text: str, scanned: Scanned, translate: Callable[[Braces], str]) -> str:
    """`text` with each pair of braces that counts replaced by what `translate` makes of it.

    Blanks before the braces go, and line ends become Unix ones. `scanned` must come from `text`.
    """
    lines = unix(text).split("\n")
    places = zip(scanned.braces[::2], scanned.braces[1::2], strict=True)
    for number, column in sorted(places, reverse=True):
        line = lines[number]
        found = find(line, column)
        if found:
            lines[number] = line[:column] + translate(found) + line[found.end :]
    return "\n".join(lines)
