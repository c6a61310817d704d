"""What the shell's marks say about its commands: marks in, states out, without a process, a terminal or a clock.

A block is sent as one paste: bash prints a C mark for each of its commands and one D mark when the last has ended.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from handrail.terminal.shell_marks import Mark


@dataclass(frozen=True)
class State:
    """What a shell does. commands: how many have begun in it so far (those of one block count as one)."""

    name: ClassVar[str]
    """What the state is called in the player's JSON: "starting", "prompt", "running", "exited"."""
    commands: int = 0


@dataclass(frozen=True)
class Starting(State):
    """The first prompt has not come yet."""

    name = "starting"


@dataclass(frozen=True)
class AtPrompt(State):
    """The shell waits for a command. unfinished: for the rest of one that was typed (an open quote)."""

    name = "prompt"
    unfinished: bool = False


@dataclass(frozen=True)
class Sent(State):
    """A block was sent and none of its commands has begun. unfinished: the shell waits for the rest of it."""

    name = "running"
    unfinished: bool = False


@dataclass(frozen=True)
class Running(State):
    """A command runs. block: it belongs to a block that was sent, not to what somebody typed. unfinished: the shell
    waits for the rest of the block's next command."""

    name = "running"
    block: bool = False
    unfinished: bool = False


@dataclass(frozen=True)
class Ended(State):
    """What ran has ended with this status, and the prompt has not come yet. began: there was a command at all (not
    so for a comment or an empty line)."""

    name = "running"
    status: int = 0
    began: bool = True


@dataclass(frozen=True)
class Exited(State):
    """The shell itself has ended, with this status."""

    name = "exited"
    status: int = 0


def after(state: State, mark: Mark) -> tuple[State, ...]:
    """The states that the shell goes through when it prints this mark; none when the mark changes nothing."""
    if isinstance(state, Exited):
        return ()
    if mark.kind == "C":
        if isinstance(state, Running):
            return () if not state.unfinished else (replace(state, unfinished=False),)
        return (Running(state.commands + 1, block=isinstance(state, Sent)),)
    if mark.kind == "D":
        return (_ended(state, mark.status),) if is_busy(state) else ()  # else an empty line, or Ctrl-C at the prompt
    if mark.kind == "P":
        return (replace(state, unfinished=True),) if isinstance(state, AtPrompt | Sent | Running) else ()
    if mark.kind == "B":
        if isinstance(state, Sent):
            return ()  # the prompt drawn again around a long paste
        if isinstance(state, Running):  # the D mark is missing: somebody has replaced PROMPT_COMMAND
            return (_ended(state, mark.status), AtPrompt(state.commands))
        return (AtPrompt(state.commands),) if state != AtPrompt(state.commands) else ()
    return ()


def is_busy(state: State) -> bool:
    """Whether a command runs, or a block has been sent and has not ended."""
    return isinstance(state, Sent | Running)


def is_ready(state: State) -> bool:
    """Whether the shell waits for a whole command."""
    return isinstance(state, AtPrompt) and not state.unfinished


def is_unfinished(state: State) -> bool:
    """Whether the shell waits for the rest of a command."""
    return isinstance(state, AtPrompt | Sent | Running) and state.unfinished


def has_block(state: State) -> bool:
    """Whether a block that was sent has not ended."""
    return isinstance(state, Sent) or (isinstance(state, Running) and state.block)


def _ended(state: State, status: int | None) -> Ended:
    return Ended(state.commands, status or 0, began=isinstance(state, Running))
