"""A real classroom on a kind cluster, with the lesson of this repository and what it brings along."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ..browser.conftest import browser  # noqa: F401
from ..classroom.conftest import sign_in  # noqa: F401
from ..classroom_kubernetes.conftest import Cluster, opened

COURSE = Path(__file__).parents[2] / "classroom"


@pytest.fixture(scope="session")
def classroom() -> Iterator[Cluster]:
    with opened(COURSE, "handrail-classroom-seldon-test") as room:
        yield room
