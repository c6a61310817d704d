"""Every code of a problem, with its severity, the reason for it, and its words.

Rules and readers name a code, a case and facts; nothing else in handrail says what a problem is called or how bad
it is. A new code is an entry in one of these modules, in the order in which `handrail lint --rules` lists them.
"""

from handrail.problems.catalogue import commands, files, index, pages, platforms, playing, scripts
from handrail.problems.entry import Entry

LINTED: tuple[Entry, ...] = (
    *files.ENTRIES,
    *pages.ENTRIES,
    *index.ENTRIES,
    *commands.ENTRIES,
    *scripts.ENTRIES,
    *platforms.ENTRIES,
)
"""What `handrail lint` can print."""
CATALOGUE: dict[str, Entry] = {each.code: each for each in (*LINTED, *playing.ENTRIES)}
