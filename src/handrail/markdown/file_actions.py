"""The edit of a file that `<pre class="file" …>` stands for: replace, append, prepend, insert at a marker."""

from handrail.markdown.blocks import Block


class MarkerMissing(ValueError):
    """The file does not hold the marker at which a block is to be inserted."""


def apply_file_action(old_text: str, block: Block) -> str:
    """The content of the file after the learner clicks a "file" block. Raises `MarkerMissing`.

    A second click changes nothing where that can be seen: an insertion that is already there stays as it is.
    """
    text = block.text
    if block.target == "append":
        return _ended(old_text) + text
    if block.target == "prepend":
        return _ended(text) + old_text
    if block.target == "insert":
        marker = block.marker or ""
        if marker and marker in old_text:
            # The line break after the marker stays, so the last one of the text must not come twice.
            return old_text.replace(marker, text.removesuffix("\n"), 1)
        if text.strip() and text.strip() in old_text:
            return old_text
        raise MarkerMissing(f"{block.filename} does not hold the marker {marker!r}; run the earlier blocks first.")
    return text


def _ended(text: str) -> str:
    return text if not text or text.endswith("\n") else text + "\n"
