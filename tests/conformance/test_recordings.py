"""Every recording of the repository on processes; one test for each file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from .case import read, read_all
from .processes import Workshop
from .runner import compare_case

VECTORS = Path(__file__).parent / "vectors"


@pytest.fixture(scope="session")
def workshop() -> Iterator[Workshop]:
    with Workshop(VECTORS) as shop:
        yield shop


@pytest.mark.timeout(300)  # a start can wait long for its turn on a busy machine
@pytest.mark.parametrize("name", [case.name for case in read_all(VECTORS)])
def test_recording(name: str, workshop: Workshop) -> None:
    results = list(compare_case(read(VECTORS / f"{name}.json"), workshop))
    assert results
    differing = [f"{result.key} {result.item}: {result.detail}" for result in results if result.outcome == "differs"]
    assert not differing, "\n".join(differing)
