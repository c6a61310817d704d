"""By which of two protocols a verify script answers.

Killercoda's scripts pass by exit status; Katacoda's older ones print a line `done`, and more than half of those exit 0
even when they fail, so a script that prints `done` is judged by that alone.
"""

import re

_PRINTS_DONE = re.compile(
    r"""\b(?:echo|printf)\b(?:\s+-\w+)*\s+(["']?)done(?:\\n)?\1\s*(?:$|[;&|)}>#])""", re.MULTILINE
)


def prints_done(script: str) -> bool:
    """Whether this verify script speaks Katacoda's older protocol."""
    return _PRINTS_DONE.search(script) is not None
