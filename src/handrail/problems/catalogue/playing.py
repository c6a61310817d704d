"""Problems that only a run of the lesson finds."""

from handrail.problems.entry import Entry, entry

ENTRIES: tuple[Entry, ...] = (
    entry(
        "asset-outside-home",
        "warning",
        "An asset's target is outside the lesson's home folder",
        "The lesson goes on without the file: other folders of the machine are not its to write.",
        "$target is outside the lesson's home folder, so $file is not copied.",
        "Give the asset a target under ~/, or run the scenario in a container.",
    ),
)
