"""What the tests of a session share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from .processes import Workshop

VECTORS = Path(__file__).parent / "vectors"


@pytest.fixture(scope="session")
def workshop() -> Iterator[Workshop]:
    with Workshop(VECTORS) as shop:
        yield shop
