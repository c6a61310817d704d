"""What the marks of the shell say about its commands, without a shell."""

from __future__ import annotations

import pytest

from handrail.terminal.shell_marks import Mark
from handrail.terminal.shell_states import (
    AtPrompt,
    Ended,
    Exited,
    Running,
    Sent,
    Starting,
    State,
    after,
    has_block,
    is_busy,
    is_ready,
    is_unfinished,
)  # fmt: skip

B0, C, D0, D3, P, R = Mark("B", 0), Mark("C"), Mark("D", 0), Mark("D", 3), Mark("P"), Mark("R")


def through(state: State, *marks: Mark) -> list[State]:
    """The states that come after `state`, mark by mark."""
    states = [state]
    for mark in marks:
        states += after(states[-1], mark)
    return states[1:]


@pytest.mark.parametrize(
    ("before", "marks", "states"),
    [
        pytest.param(Starting(), [D0, B0], [AtPrompt()], id="the first prompt"),
        pytest.param(AtPrompt(), [D0, B0], [], id="Enter on an empty line"),
        pytest.param(AtPrompt(4), [C, D3, B0], [Running(5), Ended(5, 3), AtPrompt(5)], id="somebody types a command"),
        pytest.param(
            Sent(), [C, C, C, D3, B0], [Running(1, block=True), Ended(1, 3), AtPrompt(1)], id="a block is one command"
        ),
        pytest.param(Sent(2), [D0, B0], [Ended(2, 0, began=False), AtPrompt(2)], id="a block that is a comment"),
        pytest.param(Sent(), [B0, B0], [], id="the prompt is drawn again around a long paste"),
        pytest.param(Sent(), [P], [Sent(0, unfinished=True)], id="a block with an open quote"),
        pytest.param(
            Sent(), [C, P], [Running(1, block=True), Running(1, block=True, unfinished=True)],
            id="a block whose second command has an open quote",
        ),
        pytest.param(
            AtPrompt(), [P, P, C], [AtPrompt(0, unfinished=True), AtPrompt(0, unfinished=True), Running(1)],
            id="an open quote that somebody closes",
        ),
        pytest.param(AtPrompt(1, unfinished=True), [B0], [AtPrompt(1)], id="an open quote that Ctrl-C drops"),
        pytest.param(
            Running(1, block=True), [Mark("B", 5)], [Ended(1, 5), AtPrompt(1)],
            id="the D mark is missing: the prompt says the status",
        ),
        pytest.param(Running(1), [R], [], id="a program reads a line"),
        pytest.param(Exited(3, 1), [C, D0, B0, P], [], id="nothing comes after the end"),
    ],
)  # fmt: skip
def test_marks_lead_from_state_to_state(before: State, marks: list[Mark], states: list[State]) -> None:
    assert through(before, *marks) == states


@pytest.mark.parametrize(
    ("state", "busy", "block", "ready", "unfinished"),
    [
        (Starting(), False, False, False, False),
        (AtPrompt(), False, False, True, False),
        (AtPrompt(unfinished=True), False, False, False, True),
        (Sent(), True, True, False, False),
        (Sent(unfinished=True), True, True, False, True),
        (Running(1), True, False, False, False),
        (Running(1, block=True), True, True, False, False),
        (Ended(1), False, False, False, False),
        (Exited(1), False, False, False, False),
    ],
)
def test_what_a_state_means(state: State, busy: bool, block: bool, ready: bool, unfinished: bool) -> None:
    assert (is_busy(state), has_block(state), is_ready(state), is_unfinished(state)) == (busy, block, ready, unfinished)
