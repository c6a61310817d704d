"""Problems of the scripts that the index names."""

from handrail.problems.entry import Entry, Text, entry

_ALWAYS = "This check exits 0 even when it fails, so a player that looks at the exit status always passes it."
_ELSE = "Add `else exit 1`, or end with the test itself: [ … ] && echo done."

ENTRIES: tuple[Entry, ...] = (
    entry(
        "script-crlf",
        "error",
        "A script with Windows line ends",
        "The carriage return becomes part of every argument and path, and the script fails.",
        "The script has Windows line ends, which become part of its commands.",
        "Save it with Unix line ends; `handrail lint --fix` does it.",
        asset=Text(
            "This asset is a script with Windows line ends, which become part of its commands.",
            "Save it with Unix line ends; `handrail lint --fix` does it.",
        ),
    ),
    entry(
        "script-syntax",
        "error",
        "A script that bash cannot read",
        "It stops at that line: a check never passes, a preparation is never done.",
        "bash cannot read this script: $reason.",
        "Correct it here or above; bash -n $script reads it again.",
    ),
    entry(
        "verify-exits-0-on-failure",
        "warning",
        "A check that cannot fail",
        "A learner is told that all is well when it is not. Where the printed `done` counts, as on Katacoda and here, "
        "it is only a warning.",
        _ALWAYS,
        _ELSE,
        strict=Text(_ALWAYS, _ELSE, "error"),
    ),
    Entry(
        "foreground-ends-shell",
        "warning",
        "A foreground script that can end the terminal",
        "Foreground scripts run in the learner's own shell, so that `cd` and `export` last. What ends the script ends "
        "the terminal with it, and a new one opens without what was prepared.",
        {
            "exit": Text("`exit` ends the learner's terminal, in which this script runs.", "Use if and else instead."),
            "set_e": Text(
                "After `set -e` the first command that fails ends the learner's terminal, in which this script runs.",
                "Leave it out, or put the work into a script of its own that this one calls.",
            ),
        },
    ),
    entry(
        "foreground-waits-forever",
        "warning",
        "A wait for a file that nothing makes",
        "The lesson never begins, unless the image makes the file.",
        "Nothing in the scenario makes $file, which this script waits for.",
        "Let the background script end with: touch $file",
    ),
)
