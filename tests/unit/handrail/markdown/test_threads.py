"""The parser is shared: the player shows a page while the linter reads it in another thread."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator

import pytest

from handrail.markdown.parser import markdown


@pytest.fixture
def hurried_threads() -> Iterator[None]:
    """Python goes from one thread to the next as often as it can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("hurried_threads")
def test_a_parser_that_nobody_has_used_yet_has_its_rules_in_every_thread() -> None:
    text = "# One\n\nA `word`.\n"
    expected = [token.type for token in markdown().parse(text)]
    found: list[list[str]] = []

    def parse(start: threading.Barrier) -> None:
        start.wait()
        found.append([token.type for token in markdown().parse(text)])

    for _ in range(100):
        markdown.cache_clear()
        markdown()
        start = threading.Barrier(4)
        threads = [threading.Thread(target=parse, args=(start,)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert found == 400 * [expected]
