"""Names of languages as they stand after an opening fence, and which lines are to be highlighted."""

import functools

_PLAIN = frozenset({"", "text", "plain", "plaintext", "txt", "none", "nohighlight", "output", "nginx-conf"})


def parse_info(info: str) -> tuple[str, frozenset[int]]:
    """Language and highlighted lines of an info string: `yaml{2,5-7}` gives ("yaml", {2, 5, 6, 7})."""
    name, brace, rest = info.strip().partition("{")
    lines: set[int] = set()
    if brace:
        for part in rest.partition("}")[0].split(",")[:200]:
            first, _, last = part.strip().partition("-")
            if first.isascii() and first.isdigit() and len(first) < 6:
                stop = last if last.isascii() and last.isdigit() and len(last) < 6 else first
                lines.update(range(int(first), min(int(stop), int(first) + 10_000) + 1))
    words = name.split()
    return (words[0].lower() if words else ""), frozenset(lines)


def is_plain(language: str) -> bool:
    """No highlighting asked for."""
    return language in _PLAIN


def is_language(word: str) -> bool:
    """Is this the name of a language, rather than a command that begins on the fence?"""
    name = parse_info(word)[0]
    return is_plain(name) or name in _aliases()


@functools.cache
def _aliases() -> frozenset[str]:
    from pygments.lexers._mapping import LEXERS

    return frozenset(alias for entry in LEXERS.values() for alias in entry[2])
