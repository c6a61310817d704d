"""Problems of the commands that a page runs."""

from handrail.problems.entry import Entry, Text, entry

_PLAIN = "Write plain quotes, blanks and minus signs."
_ODD = {
    "\u00a0": "a no-break space",
    "\u2007": "a figure space",
    "\u202f": "a narrow no-break space",
    "\u200b": "a zero-width space",
    "\u201c": "a typographic quote",
    "\u201d": "a typographic quote",
    "\u2018": "a typographic quote",
    "\u2019": "a typographic quote",
    "\u2013": "a dash that is not a minus",
    "\t": "a tab, which completes file names when it is typed",
}

ENTRIES: tuple[Entry, ...] = (
    Entry(
        "command-odd-character",
        "warning",
        "A character that a shell reads differently",
        "The command does something else than it says, or fails.",
        {character: Text(f"The command holds {name}.", _PLAIN) for character, name in _ODD.items()},
    ),
    entry(
        "command-placeholder",
        "warning",
        "A <placeholder> in a command",
        "A click runs the command before the learner has put a value in, and it fails.",
        "The command holds the placeholder $placeholder, which a shell reads as a redirection.",
        "Write a value or a variable, or make the block {{copy}}.",
    ),
    entry(
        "command-prompt",
        "warning",
        "A prompt that is typed with its command",
        "The shell says that it does not know the prompt as a command; a learner can type the rest.",
        "The command begins with the prompt `$prompt`, which is typed, too.",
        "Write the command alone.",
    ),
    entry(
        "heredoc-indented",
        "warning",
        "A here-document's delimiter is indented",
        "The shell waits for more lines, and the next command becomes one of them.",
        "The delimiter $word is indented, so the here-document never ends.",
        "Move it to the first column, or write <<-$word and indent with tabs.",
        blanks=Text(
            "The delimiter $word is indented with blanks, and <<- takes away tabs alone: the here-document never ends.",
            "Indent it with tabs, or move it to the first column.",
        ),
    ),
)
