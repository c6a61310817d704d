"""Rules about assets."""

from collections.abc import Iterator
from dataclasses import replace

from handrail.lint.subject import Subject
from handrail.problem import Problem

_KATACODA_LIMIT = 9_000_000


def check_assets(subject: Subject) -> Iterator[Problem]:
    """Patterns that match nothing or what is refused, and files too big to upload."""
    for problem in subject.assets.problems:
        path, line, column = _entry_place(subject, problem.message)
        yield replace(problem, path=path, line=line, column=column)
    for file in subject.assets.files:
        size = file.source.stat().st_size
        if size > _KATACODA_LIMIT and not file.carried:
            yield Problem(
                "asset-too-big",
                "warning",
                subject.relative(file.source),
                1,
                1,
                f"The asset has {size / 1e6:.0f} MB; Katacoda took 9 MB, Killercoda does not say.",
                "Let a background script download or make it.",
            )


def _entry_place(subject: Subject, message: str) -> tuple[str, int, int]:
    """Where the entry stands whose pattern begins the message."""
    details = subject.scenario.raw.get("details")
    hosts = details.get("assets") if isinstance(details, dict) else None
    for host, entries in hosts.items() if isinstance(hosts, dict) else ():
        for number, entry in enumerate(entries if isinstance(entries, list) else []):
            if isinstance(entry, dict) and entry.get("file") and str(entry["file"]) in message:
                return subject.place("details", "assets", host, number, "file")
    return subject.place("handrail", "carry")
