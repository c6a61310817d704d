"""`handrail play --record`: what a terminal has printed, when, at which size and on which page."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ....waiting import until
from ..conftest import MakeScenario
from .player_process import Server, attach, output, start, type_line

Play = Callable[[], Server]


@pytest.fixture
def play(make_scenario: MakeScenario, tmp_path: Path) -> Iterator[Play]:
    scenario = make_scenario("One.", "Two.")
    players: list[Server] = []

    def begin() -> Server:
        players.append(start(scenario, tmp_path / "w", "--record", str(tmp_path / "casts")))
        return players[-1]

    yield begin
    for player in players:
        if player.process.poll() is None:
            player.stop()


def read(path: Path) -> tuple[dict[str, object], list[tuple[str, str]]]:
    """The head of a recording, and its events without their times."""
    head, *events = [json.loads(line) for line in path.read_text().splitlines()]
    assert [time for time, _, _ in events] == sorted(time for time, _, _ in events)
    return head, [(kind, text) for _, kind, text in events]


def say(server: Server, word: str) -> None:
    with server.socket("terminals/T1/socket") as socket:
        attach(socket, client=word)
        type_line(socket, 0, f"echo {word}-$((1 + 1))")
        output(socket, f"{word}-2".encode())


def test_each_terminal_is_recorded_with_its_size_and_the_pages_as_markers(play: Play, tmp_path: Path) -> None:
    server = play()
    say(server, "before")
    server.post("pages/step2/open")
    until(lambda: server.get("state").json()["current"] == "step2")
    say(server, "after")
    server.stop()
    head, events = read(tmp_path / "casts" / "T1.cast")
    assert head["version"] == 2
    printed = "".join(text if kind == "o" else f"<{kind} {text}>" for kind, text in events)
    assert printed.index("before-2") < printed.index("<m Step 2>") < printed.index("after-2")
    assert "<r 80x24>" in printed or (head["width"], head["height"]) == (80, 24)


def test_a_recording_that_is_there_is_kept(play: Play, tmp_path: Path) -> None:
    for word in ("first", "second"):
        server = play()
        say(server, word)
        server.stop()
    (tmp_path / "casts" / "T1.cast").read_text().index("first-2")
    assert "second-2" in (tmp_path / "casts" / "T1-2.cast").read_text()
