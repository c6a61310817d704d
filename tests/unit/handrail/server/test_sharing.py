"""Several connections on one terminal: typed bytes count once, the size fits all, one of them answers."""

from __future__ import annotations

from typing import Any, cast

import pytest

from handrail.server.sharing import CLIENTS_REMEMBERED, Connection, SharedTerminal
from handrail.terminal.terminal import Terminal


class Recorder:
    """Takes what a terminal takes: bytes and sizes."""

    def __init__(self) -> None:
        self.typed = b""
        self.sizes: list[tuple[int, int]] = []

    def write(self, data: bytes) -> None:
        self.typed += data

    def resize(self, columns: int, lines: int) -> None:
        self.sizes.append((columns, lines))


class Tab(Connection):
    def __init__(self) -> None:
        self.told: list[dict[str, Any]] = []
        super().__init__(self.told.append)


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def shared(recorder: Recorder) -> SharedTerminal:
    return SharedTerminal(cast(Terminal, recorder))


def test_bytes_sent_again_after_a_reconnect_are_written_once(shared: SharedTerminal, recorder: Recorder) -> None:
    first, again = Tab(), Tab()
    assert shared.join(first, "tab") == 0
    assert shared.type(first, 0, b"hel") == 3
    shared.leave(first)
    assert shared.join(again, "tab") == 3
    assert shared.type(again, 0, b"hello") == 5
    assert shared.type(again, 1, b"ell") == 5
    assert recorder.typed == b"hello"


def test_missing_bytes_end_the_connection(shared: SharedTerminal) -> None:
    tab = Tab()
    shared.join(tab, "tab")
    with pytest.raises(ValueError, match="missing"):
        shared.type(tab, 5, b"late")


def test_two_clients_count_apart(shared: SharedTerminal, recorder: Recorder) -> None:
    one, two = Tab(), Tab()
    shared.join(one, "one")
    shared.join(two, "two")
    shared.type(one, 0, b"a")
    shared.type(two, 0, b"b")
    assert recorder.typed == b"ab"


def test_only_so_many_clients_are_remembered(shared: SharedTerminal) -> None:
    for number in range(CLIENTS_REMEMBERED + 10):
        tab = Tab()
        shared.join(tab, str(number))
        shared.leave(tab)
    assert len(shared.received) == CLIENTS_REMEMBERED


def test_size_fits_every_visible_tab(shared: SharedTerminal, recorder: Recorder) -> None:
    wide, narrow = Tab(), Tab()
    for tab, name, size in ((wide, "wide", (120, 30)), (narrow, "narrow", (80, 50))):
        shared.join(tab, name)
        tab.size = size
        shared.fit()
    assert recorder.sizes[-1] == (80, 30)
    assert wide.told[-1] == {"size": [80, 30], "smaller": True}, "less room without a word"
    assert narrow.told[-1] == {"size": [80, 30], "smaller": True}, "it has more lines"
    narrow.size = None  # its tab is hidden
    shared.fit()
    assert recorder.sizes[-1] == (120, 30)
    assert wide.told[-1] == {"size": [120, 30]}


def test_last_tab_used_answers_programs(shared: SharedTerminal) -> None:
    one, two = Tab(), Tab()
    shared.join(one, "one")
    shared.join(two, "two")
    assert one.told[-1] == {"speaker": False}
    shared.type(one, 0, b"x")
    assert one.told[-1] == {"speaker": True}
    assert two.told[-1] == {"speaker": False}
    shared.leave(one)
    assert two.told[-1] == {"speaker": True}
