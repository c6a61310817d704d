"""Every recording of the repository on processes; one test for each file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .case import read, read_all
from .conftest import VECTORS
from .processes import Workshop
from .result import counts
from .runner import compare_case

# What of each recording is compared and skipped. __main__.py says how it is written after a change that is meant.
COUNTS = json.loads((Path(__file__).parent / "counts.json").read_text())


@pytest.mark.timeout(300)  # a start can wait long for its turn on a busy machine
@pytest.mark.parametrize("name", [case.name for case in read_all(VECTORS)])
def test_recording(name: str, workshop: Workshop) -> None:
    results = list(compare_case(read(VECTORS / f"{name}.json"), workshop))
    differing = [f"{result.key} {result.item}: {result.detail}" for result in results if result.outcome == "differs"]
    assert not differing, "\n".join(differing)
    assert counts(results) == COUNTS[name]


def test_each_count_belongs_to_a_recording() -> None:
    assert COUNTS.keys() == {case.name for case in read_all(VECTORS)}
    assert all(sum(key.get("agreed", 0) for key in case.values()) for case in COUNTS.values())
