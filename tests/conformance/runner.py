"""Runs recordings and tells what came of each comparison."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from .case import Case, inner_cases
from .elsewhere import KEYS as ELSEWHERE
from .elsewhere import compare_elsewhere
from .keys import DESCRIPTIONS, PURE, SKIPPED_ON_PROCESSES
from .live import compare_live, is_live
from .processes import Workshop
from .result import Result


def compare_case(case: Case, workshop: Workshop) -> Iterator[Result]:
    """Everything that one recording holds, on processes; each key leads to at least one result or is a description."""
    for key, value in case.raw.items():
        if key in DESCRIPTIONS:
            continue
        if key in PURE:
            yield from _guarded(case, key, lambda key=key: PURE[key](case.name, case.raw))
        elif key in SKIPPED_ON_PROCESSES:
            yield Result(case.name, key, "all", "skipped", SKIPPED_ON_PROCESSES[key])
        elif key not in ELSEWHERE and key != "spies" and not is_live(key, value):
            reason = "an unknown key" if value else "nothing was recorded"
            yield Result(case.name, key, "all", "skipped", reason)
    yield from _guarded(case, "processes", lambda: compare_live(case, workshop))
    yield from _guarded(case, "processes", lambda: compare_elsewhere(case, workshop))
    for inner in inner_cases(case):
        for result in compare_case(inner, workshop):
            yield replace(result, case=case.name, item=f"{result.item} of {inner.name}")


def _guarded(case: Case, key: str, compare: Callable[[], Iterable[Result]]) -> Iterator[Result]:
    """A recording of an unexpected form must not end the run."""
    try:
        yield from compare()
    except Exception as error:
        yield Result(case.name, key, "all", "differs", f"could not be compared: {error!r}")
