"""Are two scenarios the same for a learner: pages, what can be clicked, scripts, and which files are laid out where?"""

import hashlib
import stat
from collections.abc import Iterator
from pathlib import Path

from handrail.markdown.api import render
from handrail.markdown.placeholders import LocalPorts, substitute
from handrail.scenario.assets import list_assets
from handrail.scenario.reader import Scenario


def differences(one: Scenario, other: Scenario) -> Iterator[str]:
    """What is not the same, one sentence each. Not compared: image, layout, keys without a meaning here."""
    for name in ("title", "description", "difficulty", "time", "kind", "files", "terminals", "dashboards"):
        if getattr(one, name) != getattr(other, name):
            yield f"The {name} differs."
    ours, theirs = {page.id: page for page in one.pages}, {page.id: page for page in other.pages}
    if list(ours) != list(theirs):
        yield f"The pages differ: {', '.join(ours)} and {', '.join(theirs)}."
    for page_id in [name for name in ours if name in theirs]:
        mine, their = ours[page_id], theirs[page_id]
        if (mine.title, mine.hidden) != (their.title, their.hidden):
            yield f"The title of {page_id} differs."
        for role in ("text", "answer", "foreground", "background", "verify", "hint"):
            first, second = getattr(mine, role), getattr(their, role)
            if (first is None) != (second is None):
                yield f"One {page_id} has no {role}."
            elif first and _content(one, first, page_id) != _content(other, second, page_id):
                yield f"The {role} of {page_id} differs."
    if _laid_out(one) != _laid_out(other):
        changed = sorted(_laid_out(one).keys() ^ _laid_out(other).keys()) or [("", "the content of files")]
        yield f"The assets differ: {', '.join(' '.join(key).strip() for key in changed[:5])}."


def _content(scenario: Scenario, path: Path, page_id: str) -> object:
    text = scenario.read(path).replace("\r\n", "\n")
    if path.suffix != ".md":
        return substitute(text, LocalPorts())
    page = render(text, page_id, placeholders=LocalPorts())
    return page.blocks, page.quizzes, page.title


def _laid_out(scenario: Scenario) -> dict[tuple[str, str], tuple[bool, str]]:
    """(host, target) to (may it be executed, hash of the content)."""
    found = {}
    for file in list_assets(scenario).files:
        mode = file.mode if file.mode is not None else stat.S_IMODE(file.source.stat().st_mode)
        with file.source.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        target = "/".join(part for part in file.target.split("/") if part)
        key = (file.host, target)
        # Laid out twice, with +x the second time: the last entry counts.
        found[key] = (bool(mode & 0o100), digest)
    return found
